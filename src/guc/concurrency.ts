import type { SettingsFinding } from './settingsFinding';
import type { ServerSize, SettingsFacts } from './settingsFacts';
import { changed, sessionValue, valueWords } from './settingValues';

/** What the connections there are could ask for at once, against the slots there are. */
export function concurrencyFindings(facts: SettingsFacts, size: ServerSize): SettingsFinding[] {
  const perGather = sessionValue(facts, 'max_parallel_workers_per_gather');
  const inAll = sessionValue(facts, 'max_parallel_workers');
  const background = sessionValue(facts, 'max_worker_processes');
  if (!perGather || !inAll || !background) {
    return [];
  }
  const { now, active, maximum } = facts.connections;
  const each = Number(perGather.setting);
  const slots = Math.min(Number(inAll.setting), Number(background.setting));
  const asked = now * each;
  if (slots === 0 || asked <= slots) {
    return [];
  }
  const fewer = Math.floor(slots / now);
  const mayRaise = asked <= Number(background.setting) && asked <= (size.cores ?? 0);
  const remedies = [
    ...(fewer >= 1 ? changed(facts, perGather, fewer) : []),
    ...(mayRaise ? changed(facts, inAll, asked) : []),
  ];
  return [
    {
      id: 'concurrency',
      severity: (active ?? 0) * each > slots ? 'warning' : 'hint',
      title: `${asked} workers, ${slots} slots`,
      sentence: `${now} connections could ask for ${asked} workers at once; there are slots for ${slots}.`,
      figures: [
        `Connections: ${now}, ${active === null ? 'some of them hidden from this user, parallel workers perhaps among them' : `${active} of them run a statement now`}; at most ${maximum}`,
        valueWords(perGather),
        valueWords(inAll),
        valueWords(background),
        poolWords(Math.floor(slots / each)),
        ...(remedies.length === 0 ? [nothingToDo] : []),
      ],
      remedies,
    },
  ];
}

/** Fewer workers for each query would be none, and there are no slots for more. */
const nothingToDo =
  'No setting has to be changed for that: a query that finds no free slot runs with fewer workers, or without, and takes longer.';

function poolWords(connections: number): string {
  return connections === 0
    ? 'Even one query alone could ask for more than there are.'
    : `A pool of ${connections === 1 ? 'one connection' : `${connections} connections`} never asks for more than there are.`;
}
