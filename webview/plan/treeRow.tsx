import type { JSX } from 'preact';
import { WarningIcon } from '../kit/icons';
import { memo } from '../kit/memo';
import { visibleText } from '../kit/visibleText';
import { indentPx, isIndentCut, rowHeightPx } from './layout';
import type { Metric, Row, RowRegion } from './rows';
import {
  amountText,
  countText,
  estimateError,
  objectInTree,
  plannedText,
  processesSentence,
  processesText,
  rowLabel,
} from './words';

export interface TreeRowProps {
  readonly row: Row;
  readonly index: number;
  readonly metric: Metric;
  readonly analyzed: boolean;
  readonly locale: string;
  readonly selected: boolean;
  readonly collapsed: boolean;
  /** Region of the row above and of the row below, where a region's border is drawn. */
  readonly regionAbove: number | null;
  readonly regionBelow: number | null;
  readonly onSelect: (id: number) => void;
  readonly onToggle: (id: number) => void;
}

export function rowElementId(id: number): string {
  return `row-${id}`;
}

export const TreeRow = memo(function TreeRow(props: TreeRowProps): JSX.Element {
  const { row, index, metric, analyzed, locale, selected, collapsed, onSelect, onToggle } = props;
  const { node, region } = row;
  const error = estimateError(row.rowsRatio, locale);
  const processes = processesText(row);
  return (
    <div
      role="row"
      id={rowElementId(node.id)}
      class={rowClass(row)}
      style={{ top: `${index * rowHeightPx}px` }}
      aria-level={node.depth + 1}
      aria-posinset={row.position}
      aria-setsize={row.setSize}
      aria-rowindex={index + 2}
      aria-selected={selected}
      aria-expanded={row.expandable ? !collapsed : undefined}
      aria-label={rowLabel(row, metric, locale)}
      onMouseDown={() => {
        onSelect(node.id);
      }}
      onDblClick={() => {
        onToggle(node.id);
      }}
    >
      {region && <span class={bandClass(region, props)} style={{ left: `${indentPx(region.depth)}px` }} />}
      <NodeCell row={row} onToggle={onToggle} />
      <span role="gridcell" class="cell figure">
        <span class="bar" style={{ width: `${(row.share * 100).toFixed(2)}%` }} />
        <span class="over">{amountText(metric, row.amount, locale)}</span>
      </span>
      {analyzed && (
        <span role="gridcell" class="cell figure">
          {row.neverExecuted ? '' : countText(row.rows, locale)}
        </span>
      )}
      <span role="gridcell" class="cell figure planned">
        {plannedText(row, locale)}
      </span>
      {analyzed && (
        <span
          role="gridcell"
          class={error?.isFarOff ? 'cell figure off far' : 'cell figure off'}
          title={error?.sentence}
        >
          {error?.isFarOff && <WarningIcon />}
          {error?.text}
        </span>
      )}
      <span role="gridcell" class={processes.isShort ? 'cell processes short' : 'cell processes'}>
        {processes.isShort && <WarningIcon />}
        {processes.text}
      </span>
    </div>
  );
});

function NodeCell({ row, onToggle }: { readonly row: Row; readonly onToggle: (id: number) => void }): JSX.Element {
  const { node, region, expandable } = row;
  const toggle = (event: Event): void => {
    event.stopPropagation();
    onToggle(node.id);
  };
  return (
    <span
      role="gridcell"
      class="cell node"
      title={visibleText(node.object === null ? node.name : `${node.name} ${node.object}`)}
      style={{ paddingLeft: `${indentPx(node.depth) + 5}px` }}
    >
      <span class={expandable ? 'twistie' : 'twistie leaf'} {...(expandable && { onMouseDown: toggle })} />
      {isIndentCut(node.depth) && <span class="depth">{node.depth}</span>}
      {node.subplanName !== null && <bdi class="subplan">{visibleText(node.subplanName)}</bdi>}
      <span class="name">{visibleText(node.name)}</span>
      {node.object !== null && <bdi class="object">{visibleText(objectInTree(node.object))}</bdi>}
      {row.neverExecuted && <span class="tag">never executed</span>}
      {region && (
        <span class="badge" title={processesSentence(region)}>
          ×{region.processes}
        </span>
      )}
    </span>
  );
}

function rowClass({ neverExecuted, region }: Row): string {
  const parity = region === null ? '' : region.index % 2 === 0 ? 'even' : 'odd';
  return ['row', parity, neverExecuted ? 'never' : ''].filter(Boolean).join(' ');
}

function bandClass(region: RowRegion, { regionAbove, regionBelow }: TreeRowProps): string {
  return ['band', regionAbove !== region.index ? 'first' : '', regionBelow !== region.index ? 'last' : ''].join(' ');
}
