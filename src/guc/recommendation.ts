import { fittingWorkMem, memoryThere } from './memoryUse';
import { isFar, timesDefault } from './oddSettings';
import type { Override } from './override';
import { parallelSettings } from './parallelSettings';
import { change, placeOf, type Remedy } from './remedy';
import { numberOf, type SettingsFacts, type SettingState } from './settingsFacts';
import type { BytesInWords } from './settingsFinding';
import { shownValue } from './shownValue';

export interface RecommendedSetting {
  readonly name: string;
  /** As SHOW prints it, here and below. */
  readonly now: string;
  readonly recommended: string;
  /** One sentence. */
  readonly reason: string;
  readonly changed: boolean;
  /** Null when nothing is to be changed, or no statement can. */
  readonly remedy: Remedy | null;
}

export interface Recommendation {
  readonly cores: number;
  readonly rows: readonly RecommendedSetting[];
  /** Those of the changes that a session can make for itself. */
  readonly overrides: readonly Override[];
}

/**
 * Settings for a machine with so many cores, and with so much memory where it is known. The settings
 * then promise no more workers than there are slots and cores, and what is not wrong is kept. More cores never mean fewer
 * workers.
 */
export function recommendedFor(
  facts: SettingsFacts,
  cores: number,
  memoryBytes: number | null,
  bytesInWords: BytesInWords,
): Recommendation {
  const advice = [...workers(facts, cores), ...memory(facts, cores, memoryBytes, bytesInWords), ...backToNormal(facts)];
  const rows = advice.flatMap(([name, value, reason]) => {
    const state = facts.settings.get(name);
    return state ? [row(facts, state, value, reason)] : [];
  });
  const overrides = rows
    .filter(({ name, changed }) => changed && facts.settings.get(name)?.context === 'user')
    .map(({ name, recommended }) => ({ name, value: recommended }));
  return { cores, rows, overrides };
}

function row(facts: SettingsFacts, state: SettingState, value: string | number, reason: string): RecommendedSetting {
  const recommended = shownValue(String(value), state.unit);
  const changed = String(value) !== state.setting;
  const remedy = changed ? change(facts, state, placeOf(facts, state), recommended) : null;
  return { name: state.name, now: state.value, recommended, reason, changed, remedy };
}

/** A value in the setting's own unit, and why. */
type Advice = readonly [name: string, value: string | number, reason: string];

/** What the server allows for any of the worker settings (guc_tables.c). */
const mostWorkers = 1024;
/** A table has to be three times larger for one more worker: the eighth needs 17 GB (`compute_parallel_worker`). */
const usefulWorkers = 8;
/** For the logical replication launcher, its workers and those of extensions. */
const otherWorkers = 4;

interface WorkerAdvice {
  readonly inAll: number;
  readonly perGather: number;
  /** Half of all, as far as that is useful for one statement. */
  readonly half: number;
  readonly background: number;
}

function workerAdvice(facts: SettingsFacts, cores: number): WorkerAdvice {
  const inAll = Math.min(Math.max(1, Math.trunc(cores)), mostWorkers);
  const half = Math.min(Math.max(1, Math.floor(inAll / 2)), usefulWorkers);
  return {
    inAll,
    half,
    perGather: kept(numberOf(facts, 'max_parallel_workers_per_gather'), half, inAll),
    background: Math.max(numberOf(facts, 'max_worker_processes'), 8, inAll + otherWorkers),
  };
}

/** What is set now, as far as it is not less than `good` and not more than there are. */
function kept(now: number, good: number, most: number): number {
  return now > good && now <= most ? now : good;
}

function workers(facts: SettingsFacts, cores: number): readonly Advice[] {
  const { inAll, half, perGather, background } = workerAdvice(facts, cores);
  const coresWords = cores === 1 ? 'one core' : `${cores} cores`;
  return [
    [
      'max_worker_processes',
      background,
      `Slots for ${inAll} parallel workers and for ${background - inAll} others: replication, extensions.`,
    ],
    ['max_parallel_workers', inAll, `As many at once as there are cores to run them: ${coresWords}.`],
    [
      'max_parallel_workers_per_gather',
      perGather,
      perGather > half
        ? `Kept: ${perGather} of ${inAll} workers for one query leave little for the next one, but they exist.`
        : inAll === 1
          ? 'The leader works, too: with one core, a second worker would only wait.'
          : `One query gets up to ${perGather} of ${inAll} workers, which leaves some for the next one.`,
    ],
  ];
}

/** A worker of an index build needs this much of maintenance_work_mem (`plan_create_index_workers` in planner.c). */
const indexWorkerKb = 32 * 1024;

function memory(
  facts: SettingsFacts,
  cores: number,
  memoryBytes: number | null,
  bytesInWords: BytesInWords,
): readonly Advice[] {
  const { inAll, half } = workerAdvice(facts, cores);
  // An index build may take a sixteenth of the memory; more of its workers would each get too little.
  const affordable = memoryBytes === null ? Infinity : Math.floor(memoryBytes / 16 / 1024 / indexWorkerKb) - 1;
  const good = Math.max(1, Math.min(half, affordable));
  const builders = kept(numberOf(facts, 'max_parallel_maintenance_workers'), good, inAll);
  // What is kept may be more than any index build is worth, or than there is memory for.
  const fed = Math.min(builders, Math.max(good, Math.min(usefulWorkers, affordable)));
  const fedKb = indexWorkerKb * (fed + 1);
  return [
    [
      'max_parallel_maintenance_workers',
      builders,
      `CREATE INDEX and VACUUM run seldom, and ${builders === 1 ? 'a worker shortens' : `${builders} of ${inAll} workers shorten`} them.`,
    ],
    [
      'maintenance_work_mem',
      Math.max(numberOf(facts, 'maintenance_work_mem'), fedKb),
      `An index build starts a worker only where each process gets 32 MB, so ${shownValue(String(fedKb), 'kB')} for the leader and ${fed}.`,
    ],
    workMemory(facts, cores, memoryBytes, bytesInWords),
  ];
}

function workMemory(
  facts: SettingsFacts,
  cores: number,
  memoryBytes: number | null,
  bytesInWords: BytesInWords,
): Advice {
  const { inAll, perGather, background } = workerAdvice(facts, cores);
  const { maximum } = facts.connections;
  const now = numberOf(facts, 'work_mem');
  const multiplier = numberOf(facts, 'hash_mem_multiplier');
  const there = memoryBytes === null ? null : memoryThere(facts, { cores, memoryBytes }, bytesInWords);
  if (!there) {
    return ['work_mem', now, 'Kept: how much memory the machine has is not known.'];
  }
  const processes = maximum + Math.min(maximum * perGather, inAll, background);
  const words = `one hash table in each of ${processes} processes`;
  if (now * 1024 * multiplier * processes <= there.bytes) {
    return ['work_mem', now, `Kept: ${words} fits into ${bytesInWords(there.bytes)}.`];
  }
  const fitting = fittingWorkMem(there.bytes, multiplier, processes);
  return fitting === null || fitting >= now
    ? ['work_mem', now, `Kept, though ${words} does not fit into ${bytesInWords(there.bytes)}: let fewer connect.`]
    : ['work_mem', fitting, `With it ${words} fits into ${bytesInWords(there.bytes)}.`];
}

/** Costs that are far off, kinds of parallel plans that are ruled out, and the tests' setting. */
function backToNormal(facts: SettingsFacts): readonly Advice[] {
  return parallelSettings.flatMap(({ name, off, far }): Advice[] => {
    const state = facts.settings.get(name);
    if (state?.defaultValue == null) {
      return [];
    }
    if (far) {
      const isOff = isFar(timesDefault(state.setting, state.defaultValue), far.factor);
      const reason = isOff
        ? `Back to the default: at ${state.value} ${isAbove(state) ? far.above : far.below}.`
        : 'Near enough to the default; change it only with measurements.';
      return [[name, isOff ? state.defaultValue : state.setting, reason]];
    }
    if (off?.value === 'off') {
      return state.setting === 'off' ? [[name, 'on', `While it is off, ${off.means}.`]] : [];
    }
    const forces = name === 'debug_parallel_query' || name === 'force_parallel_mode';
    return forces && state.setting !== 'off' ? [[name, 'off', 'It is meant for tests of PostgreSQL.']] : [];
  });
}

function isAbove({ setting, defaultValue }: SettingState): boolean {
  return timesDefault(setting, defaultValue) > 1;
}
