/** A half-open range `[start, end)` of UTF-16 code units, the unit of JavaScript strings and of VS Code's offsets. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}
