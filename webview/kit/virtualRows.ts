/** Rows `first` up to but not including `end` are drawn. */
export interface RowWindow {
  readonly first: number;
  readonly end: number;
}

export interface Viewport {
  readonly scrollTop: number;
  /** Height of what can be seen of the rows. */
  readonly height: number;
}

/** Rows are drawn in blocks of this many, so that most scroll steps change nothing. */
const block = 8;

/** The rows to draw: those in sight, and up to two blocks more on either side. */
export function rowWindow({ scrollTop, height }: Viewport, rowHeight: number, count: number): RowWindow {
  const top = Math.floor(Math.max(0, scrollTop) / rowHeight);
  const bottom = Math.ceil((Math.max(0, scrollTop) + height) / rowHeight);
  const end = Math.min(count, (Math.ceil(bottom / block) + 1) * block);
  return { first: Math.max(0, Math.min(end, (Math.floor(top / block) - 1) * block)), end };
}

/** The nearest scroll position from which row `index` is in full sight. */
export function scrollTopToShow(index: number, { scrollTop, height }: Viewport, rowHeight: number): number {
  const top = index * rowHeight;
  return Math.min(top, Math.max(scrollTop, top + rowHeight - height));
}

/** How many rows a page key moves: one less than fit, so that one row stays for orientation. */
export function rowsPerPage(height: number, rowHeight: number): number {
  return Math.max(1, Math.floor(height / rowHeight) - 1);
}
