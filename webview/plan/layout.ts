/** Heights the style sheet and the windowing must agree on, in CSS pixels. */
export const rowHeightPx = 22;
export const headHeightPx = 24;

const stepPx = 14;
const deepestPx = 22 * stepPx;

/** Where a node of some depth begins. Very deep plans stop moving to the right; their rows say their depth instead. */
export function indentPx(depth: number): number {
  return Math.min(depth * stepPx, deepestPx);
}

export function isIndentCut(depth: number): boolean {
  return depth * stepPx > deepestPx;
}
