import type { JSX, RefObject } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useMemo } from 'preact/hooks';
import type { Plan } from '../../src/plan/model';
import { useRowWindow, viewportOf } from '../kit/useRowWindow';
import { rowsPerPage, scrollTopToShow } from '../kit/virtualRows';
import { viewAfterKey } from './keys';
import { headHeightPx, rowHeightPx } from './layout';
import { metricOf, planRows } from './rows';
import { TreeHead } from './treeHead';
import { TreeRow, rowElementId } from './treeRow';
import { visibleNodes, withCollapsed } from './tree';
import type { TreeView } from './tree';

export interface TreeGridProps {
  readonly plan: Plan;
  readonly view: TreeView;
  readonly locale: string;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly onView: (change: (view: TreeView) => TreeView) => void;
  readonly onScroll: () => void;
  /** Enter: the reader wants to read the selected node's details. */
  readonly onEnter: () => void;
}

/**
 * The plan as an indented grid. It is one tab stop: the grid keeps the focus and names the selected row as its active
 * descendant, which is drawn even when it is out of sight, so that readers of the screen never lose it.
 */
export function TreeGrid({ plan, view, locale, scroller, onView, onScroll, onEnter }: TreeGridProps): JSX.Element {
  const rows = useMemo(() => planRows(plan), [plan]);
  const visible = useMemo(() => visibleNodes(plan, view.collapsed), [plan, view.collapsed]);
  const shown = useRowWindow(scroller, headHeightPx, rowHeightPx, visible.length);
  const selectedIndex = visible.indexOf(view.selected);
  const metric = metricOf(plan);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element && selectedIndex >= 0) {
      element.scrollTop = scrollTopToShow(selectedIndex, viewportOf(element, headHeightPx), rowHeightPx);
    }
    // Only a new selection scrolls: the reader may look elsewhere while nodes are opened and closed.
  }, [view.selected]);
  useEffect(() => {
    const element = scroller.current;
    element?.addEventListener('scroll', onScroll, { passive: true });
    return () => element?.removeEventListener('scroll', onScroll);
  }, [scroller, onScroll]);

  const keyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    const page = rowsPerPage(
      event.currentTarget instanceof HTMLElement ? viewportOf(event.currentTarget, headHeightPx).height : 0,
      rowHeightPx,
    );
    const next = viewAfterKey(event.key, plan, view, visible, page);
    if (event.key === 'Enter') {
      onEnter();
    } else if (next) {
      onView(() => next);
    } else {
      return;
    }
    event.preventDefault();
  };
  const select = useCallback(
    (selected: number) => {
      onView(now => ({ ...now, selected }));
    },
    [onView],
  );
  const toggle = useCallback(
    (id: number) => {
      onView(now => withCollapsed(plan, { ...now, selected: id }, id, !now.collapsed.has(id)));
    },
    [onView, plan],
  );
  const drawn = indexes(shown.first, shown.end, selectedIndex);
  return (
    <div
      ref={scroller}
      class={plan.analyzed ? 'grid' : 'grid estimated'}
      role="treegrid"
      tabIndex={0}
      aria-label="Steps of the plan"
      aria-rowcount={visible.length + 1}
      aria-colcount={plan.analyzed ? 6 : 4}
      aria-activedescendant={selectedIndex >= 0 ? rowElementId(view.selected) : undefined}
      onKeyDown={keyDown}
    >
      <TreeHead metric={metric} analyzed={plan.analyzed} />
      <div role="rowgroup" class="rows" style={{ height: `${visible.length * rowHeightPx}px` }}>
        {drawn.map(index => {
          const row = rows[visible[index] ?? -1];
          return (
            row && (
              <TreeRow
                key={row.node.id}
                row={row}
                index={index}
                metric={metric}
                analyzed={plan.analyzed}
                locale={locale}
                selected={row.node.id === view.selected}
                regionAbove={rows[visible[index - 1] ?? -1]?.region?.index ?? null}
                regionBelow={rows[visible[index + 1] ?? -1]?.region?.index ?? null}
                collapsed={view.collapsed.has(row.node.id)}
                onSelect={select}
                onToggle={toggle}
              />
            )
          );
        })}
      </div>
    </div>
  );
}

/** The window's rows, with the selected row where it stands in order. */
function indexes(first: number, end: number, selected: number): readonly number[] {
  const drawn = Array.from({ length: Math.max(0, end - first) }, (_, offset) => first + offset);
  if (selected >= 0 && selected < first) {
    return [selected, ...drawn];
  }
  return selected >= end ? [...drawn, selected] : drawn;
}
