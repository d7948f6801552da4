import type { Consoles } from '../connection/consoles';
import type { Profile } from '../connection/profile';
import { Poller, type PollerClock } from '../poller';
import { ratesBetween } from './rates';
import { readClients, readServers, readSnapshot } from './readSnapshot';
import type { ConsoleSnapshot, DatabaseRates, PooledConnection } from './model';
import { nextTrends, noTrends, type Trends } from './trends';

/** What one look at a console brings. Clients and servers are asked for only while somebody looks at them. */
export interface InstanceLook {
  readonly snapshot: ConsoleSnapshot;
  /** Since the look before; empty at the first one. */
  readonly rates: readonly DatabaseRates[];
  readonly trends: Trends;
  readonly clients: readonly PooledConnection[] | null;
  readonly servers: readonly PooledConnection[] | null;
}

export interface InstanceServices {
  readonly consoles: Pick<Consoles, 'use'>;
  readonly clock: PollerClock;
  readonly random: () => number;
  readonly intervalMs: () => number;
  readonly isFinal: (error: unknown) => boolean;
}

/** What is wanted of a look beyond the pools. */
export interface Wanted {
  readonly clients: boolean;
  readonly servers: boolean;
}

/** One PgBouncer that is polled over its console, and what the last look brought. */
export class Instance {
  readonly poller: Poller<InstanceLook>;
  private wanted: Wanted = { clients: false, servers: false };
  private last: InstanceLook | null = null;

  constructor(
    readonly profile: Profile,
    private readonly services: InstanceServices,
  ) {
    const { clock, random, intervalMs, isFinal } = services;
    this.poller = new Poller({ ask: signal => this.look(signal), clock, random, intervalMs, isFinal });
  }

  /** From the next look on; looks at once when more is wanted than before. */
  want(wanted: Wanted): void {
    const more = (wanted.clients && !this.wanted.clients) || (wanted.servers && !this.wanted.servers);
    this.wanted = wanted;
    if (more) {
      this.poller.retry();
    }
  }

  dispose(): void {
    this.poller.dispose();
  }

  private async look(signal: AbortSignal): Promise<InstanceLook> {
    const { consoles, clock } = this.services;
    const before = this.last;
    const { clients, servers } = this.wanted;
    const look = await consoles.use(
      this.profile,
      signal,
      async console => {
        const snapshot = await readSnapshot(console, before?.snapshot ?? null, () => clock.now(), signal);
        return {
          snapshot,
          rates: before ? ratesBetween(before.snapshot, snapshot) : [],
          trends: nextTrends(before?.trends ?? noTrends, snapshot),
          clients: clients ? await readClients(console, signal) : null,
          servers: servers ? await readServers(console, signal) : null,
        };
      },
      { mayAsk: false },
    );
    this.last = look;
    return look;
  }
}
