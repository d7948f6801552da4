import type { BytesInWords, SettingsFinding } from './settingsFinding';
import { numberOf, type ServerSize, type SettingsFacts } from './settingsFacts';
import { bytesOf, shownValue } from './shownValue';
import { changed, sessionValue, valueWords } from './settingValues';

/** What sorts and hash tables could take at once, against the memory there is. */
export function memoryFindings(facts: SettingsFacts, size: ServerSize, words: BytesInWords): SettingsFinding[] {
  const workMem = sessionValue(facts, 'work_mem');
  const multiplier = sessionValue(facts, 'hash_mem_multiplier');
  const there = memoryThere(facts, size, words);
  const slots = workersAtOnce(facts);
  if (!workMem || !multiplier || !there) {
    return [];
  }
  const each = bytesOf(workMem.state) * Number(multiplier.setting);
  const { now, maximum } = facts.connections;
  const takes = (connections: number): number => (connections + slots(connections)) * each;
  const tooMany = [now, maximum].find(connections => takes(connections) > there.bytes);
  if (tooMany === undefined) {
    return [];
  }
  const fitting = fittingWorkMem(there.bytes, Number(multiplier.setting), maximum + slots(maximum));
  return [
    {
      id: 'memory',
      severity: tooMany === now ? 'warning' : 'hint',
      title: `${words(takes(tooMany))} of memory in hash tables`,
      sentence: `One hash table in each process of ${tooMany} connections would take ${words(takes(tooMany))}, more than ${there.what}.`,
      figures: [
        `${valueWords(workMem)} × ${valueWords(multiplier)}: up to ${words(each)} for a hash table in one process`,
        `${now} connections now, with ${slots(now)} workers at most: ${words(takes(now))}`,
        `${maximum} connections at most, with ${slots(maximum)} workers: ${words(takes(maximum))}`,
        ...there.figures,
        'A statement may hold several sorts and hash tables; it takes that much only where it has that much to sort or hash.',
      ],
      remedies: fitting === null ? [] : changed(facts, workMem, shownValue(String(fitting), 'kB')),
    },
  ];
}

/** The most parallel workers that so many connections keep busy, as far as the limits let them. */
function workersAtOnce(facts: SettingsFacts): (connections: number) => number {
  const each = numberOf(facts, 'max_parallel_workers_per_gather');
  const slots = Math.min(numberOf(facts, 'max_parallel_workers'), numberOf(facts, 'max_worker_processes'));
  return connections => Math.min(connections * each, slots);
}

const leastWorkMemKb = 1024;

/** The work_mem, in kB, with which so many processes fit; null when even 1 MB is too much. */
export function fittingWorkMem(bytes: number, multiplier: number, processes: number): number | null {
  const kb = Math.floor(bytes / 1024 / multiplier / processes);
  // Round, so that the figure looks like one that a person would choose, but never up.
  const step = kb >= 4096 ? 1024 : 64;
  return kb < leastWorkMemKb ? null : Math.floor(kb / step) * step;
}

interface MemoryThere {
  readonly bytes: number;
  /** The end of `more than …`. */
  readonly what: string;
  readonly figures: readonly string[];
}

/** What is left for statements: of the memory we were told of, or else what the server was told to count on. */
export function memoryThere(facts: SettingsFacts, size: ServerSize, words: BytesInWords): MemoryThere | null {
  const shared = bytesOf(facts.settings.get('shared_buffers'));
  const cache = bytesOf(facts.settings.get('effective_cache_size'));
  if (size.memoryBytes !== null) {
    const bytes = Math.max(0, size.memoryBytes - shared);
    return {
      bytes,
      what: `the ${words(bytes)} that shared_buffers leaves of ${words(size.memoryBytes)}`,
      figures: [`Memory, as you told: ${words(size.memoryBytes)}`, `shared_buffers: ${words(shared)}`],
    };
  }
  const bytes = Math.max(shared, cache);
  if (!(bytes > 0)) {
    return null;
  }
  return {
    bytes,
    what: `the ${words(bytes)} of cache that the server was told to count on`,
    figures: [
      `effective_cache_size: ${words(cache)}; shared_buffers: ${words(shared)}`,
      'PostgreSQL does not tell how much memory the machine has; tell it for a better answer.',
    ],
  };
}
