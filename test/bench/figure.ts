/** What may not be exceeded: by the value, or by its ratio to the peer's. */
export interface Budget {
  readonly of: 'value' | 'ratio';
  readonly atMost: number;
}

/** The middle of several measurements, and the quartiles around it. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export type Unit = 'ms' | 'kB' | 'MB' | 'elements';

/** One row of a bench's table and of its `out/bench/<name>.json`. */
export interface Figure {
  readonly name: string;
  /** The median when it was measured several times. */
  readonly value: number;
  /** Quartiles, or null when there is only one value. */
  readonly spread: readonly [low: number, high: number] | null;
  readonly unit: Unit;
  /** What it is compared with in the same run. */
  readonly peer: string | null;
  readonly peerValue: number | null;
  /** Value through the peer's value; the median of the rounds' ratios when both were measured in turn. */
  readonly ratio: number | null;
  readonly budget: Budget | null;
  /** Null without a budget. */
  readonly within: boolean | null;
  /** What a reader has to know to believe the figure. */
  readonly note: string | null;
}

export interface FigureParts {
  readonly name: string;
  readonly value: number | Spread;
  readonly unit: Unit;
  readonly peer?: { readonly name: string; readonly value: number | Spread; readonly ratio?: number };
  readonly budget?: Budget;
  readonly note?: string;
}

/** A row, judged by its budget. A ratio that could not be taken is not within one. */
export function figure({ name, value, unit, peer, budget, note }: FigureParts): Figure {
  const middle = middleOf(value);
  const peerValue = peer === undefined ? null : middleOf(peer.value);
  const ratio = peerValue === null ? null : (peer?.ratio ?? middle / peerValue);
  const judged = budget?.of === 'ratio' ? ratio : middle;
  return {
    name,
    value: middle,
    spread: typeof value === 'number' ? null : [value.low, value.high],
    unit,
    peer: peer?.name ?? null,
    peerValue,
    ratio,
    budget: budget ?? null,
    within: budget === undefined ? null : judged !== null && judged <= budget.atMost,
    note: note ?? null,
  };
}

function middleOf(value: number | Spread): number {
  return typeof value === 'number' ? value : value.median;
}
