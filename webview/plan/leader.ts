import type { PlanNode, WorkerFigures } from '../../src/plan/model';

/** A figure that the server did not print: what is left of the step's when those of the workers are taken out. */
export interface Derived {
  readonly value: number;
  /** The true figure is at most this far away, since what was printed is rounded; 0 when the value is exact. */
  readonly error: number;
}

/** What the leader did at a node. Null for what was not printed, or of which rounding leaves too little. */
export interface LeaderFigures {
  readonly loops: number;
  /** Per loop, as the workers' own. */
  readonly totalMs: Derived | null;
  readonly rows: Derived | null;
  /** Of all loops together, under the server's names: blocks, I/O times and WAL. */
  readonly properties: ReadonlyMap<string, Derived>;
}

/**
 * The leader's figures, which EXPLAIN does not print: the workers' are added to the leader's own when they end (PostgreSQL's
 * ExecParallelRetrieveInstrumentation), so the difference is the leader's. Null when the workers' loops were not printed, as
 * without VERBOSE.
 */
export function leaderFigures({ actual, workers, properties }: PlanNode, serverVersion: number): LeaderFigures | null {
  if (actual === null || workers.length === 0) {
    return null;
  }
  const loops = workers.reduce((left, worker) => left - (worker.loops ?? Number.NaN), actual.loops);
  if (!Number.isInteger(loops) || loops < 0) {
    return null;
  }
  const rowsHalfUnit = serverVersion >= firstWithDecimals ? 0.005 : 0.5;
  const rows = difference(
    total(actual.rows, actual.loops, rowsError),
    workers.map(worker => total(worker.rows, worker.loops, rowsError)),
  );
  const ms = difference(
    total(actual.totalMs, actual.loops, msError),
    workers.map(worker => total(worker.totalMs, worker.loops, msError)),
  );
  return {
    loops,
    totalMs: perLoop(ms, loops),
    rows: perLoop(rows && wholeIfCertain(rows), loops),
    properties: new Map(
      Object.entries(properties).flatMap(([key, value]) => {
        const left = sumsLeft(key, value, workers);
        return left === null ? [] : [[key, left] as const];
      }),
    ),
  };

  /** The rows of one loop are a count, which is printed whole. */
  function rowsError(ofLoops: number): number {
    return ofLoops === 1 ? 0 : rowsHalfUnit * ofLoops;
  }
}

/** Since PostgreSQL 18 the average of rows has two decimals. */
const firstWithDecimals = 180_000;
/** Milliseconds have three decimals. */
const msHalfUnit = 0.0005;

function msError(loops: number): number {
  return msHalfUnit * loops;
}

/** Keys of which the node has the sum over all its processes, and how far a printed value can be off. */
const sums: readonly (readonly [RegExp, halfUnit: number])[] = [
  [/^(Shared|Local|Temp) (Hit|Read|Dirtied|Written) Blocks$|^WAL (Records|FPI|Bytes|Buffers Full)$/, 0],
  [/\bI\/O (Read|Write) Time$/, msHalfUnit],
];

function sumsLeft(key: string, value: unknown, workers: readonly WorkerFigures[]): Derived | null {
  const halfUnit = sums.find(([pattern]) => pattern.test(key))?.[1];
  if (halfUnit === undefined) {
    return null;
  }
  const sum = (one: unknown): Derived | null => (typeof one === 'number' ? { value: one, error: halfUnit } : null);
  const left = difference(
    sum(value),
    workers.map(worker => sum(worker.properties[key])),
  );
  return left && believable(left);
}

function total(average: number | null, loops: number | null, errorOf: (loops: number) => number): Derived | null {
  return average === null || loops === null ? null : { value: average * loops, error: errorOf(loops) };
}

function difference(all: Derived | null, others: readonly (Derived | null)[]): Derived | null {
  return others.reduce<Derived | null>(
    (left, other) => left && other && { value: left.value - other.value, error: left.error + other.error },
    all,
  );
}

function wholeIfCertain(count: Derived): Derived {
  return count.error < 0.5 ? { value: Math.round(count.value), error: 0 } : count;
}

function perLoop(all: Derived | null, loops: number): Derived | null {
  return all === null || loops === 0 ? null : believable({ value: all.value / loops, error: all.error / loops });
}

/** A figure that can be off by more than a quarter says less than none. */
function believable(figure: Derived): Derived | null {
  return figure.value >= 0 && figure.error * 4 <= figure.value ? figure : null;
}
