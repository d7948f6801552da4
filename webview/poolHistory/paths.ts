/** A value at a place of a chart; null breaks the line. */
export interface Spot {
  readonly x: number;
  readonly y: number | null;
  /** Nothing was taken before it: the line begins anew. */
  readonly afterGap: boolean;
}

/** Lines of an SVG path that leave out what is missing. A value that stands alone is a point, for round line caps. */
export function linePath(spots: readonly Spot[]): string {
  return runsOf(spots)
    .map(([first, ...others]) => `M${first.x} ${first.y}${others.length === 0 ? 'h0' : others.map(lineTo).join('')}`)
    .join('');
}

/** The same as areas down to `base`. */
export function areaPath(spots: readonly Spot[], base: number): string {
  return runsOf(spots)
    .map(run => `M${run[0].x} ${base}${run.map(lineTo).join('')}L${run.at(-1)?.x ?? run[0].x} ${base}Z`)
    .join('');
}

/** As `linePath`, where each value holds until the next one. */
export function stepPath(spots: readonly Spot[]): string {
  return runsOf(spots)
    .map(
      ([first, ...others]) =>
        `M${first.x} ${first.y}${others.length === 0 ? 'h0' : others.map(({ x, y }) => `H${x}V${y}`).join('')}`,
    )
    .join('');
}

interface Place {
  readonly x: number;
  readonly y: number;
}

type Run = readonly [Place, ...Place[]];

function lineTo({ x, y }: Place): string {
  return `L${x} ${y}`;
}

function runsOf(spots: readonly Spot[]): readonly Run[] {
  const runs: [Place, ...Place[]][] = [];
  let broken = true;
  for (const { x, y, afterGap } of spots) {
    if (y === null) {
      broken = true;
      continue;
    }
    const place = { x: rounded(x), y: rounded(y) };
    const run = runs.at(-1);
    if (run === undefined || broken || afterGap) {
      runs.push([place]);
    } else {
      run.push(place);
    }
    broken = false;
  }
  return runs;
}

/** A tenth of a pixel is finer than what can be seen. */
function rounded(length: number): number {
  return Math.round(length * 10) / 10;
}
