import type { Fleet } from './fleet';
import type { HistoryPoint, PoolHistory } from './history';

/** The histories of all pools that are shown, for a page that lets one choose among them. */
export function historiesOf(fleet: Fleet, history: PoolHistory) {
  return {
    pools: () =>
      fleet.instances.flatMap(({ profile, poller }) =>
        (poller.state.data?.snapshot.pools ?? []).map(({ database, user }) => ({
          instance: profile.name,
          database,
          user,
        })),
      ),
    series: (instance: string, database: string, user: string): readonly HistoryPoint[] =>
      history.series(instance, { database, user }),
    onDidChange: (listener: () => void) => fleet.onDidChange(listener),
  };
}
