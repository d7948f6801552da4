import type { JSX } from 'preact';
import { formatCount, formatMs } from '../../src/plan/figures';
import type { PlanNode } from '../../src/plan/model';
import { visibleText } from '../kit/visibleText';
import { leaderFigures } from './leader';
import { LeaderRow } from './leaderRow';
import { valueText } from './values';

/** What each process did at a node: the workers as the server printed them, the leader as it follows from them. */
export function WorkersTable({
  node,
  serverVersion,
  locale,
}: {
  readonly node: PlanNode;
  readonly serverVersion: number;
  readonly locale: string;
}): JSX.Element {
  const { workers } = node;
  const leader = leaderFigures(node, serverVersion);
  const keys = [...new Set(workers.flatMap(worker => Object.keys(worker.properties)))];
  const others = keys.filter(key => !ownColumns.has(key));
  const shown = others.filter(
    key => workers.some(worker => isTelling(worker.properties[key])) || isTelling(leader?.properties.get(key)?.value),
  );
  const zero = others.filter(key => !shown.includes(key));
  const figure = (value: number | null, format: (value: number, locale: string) => string): string =>
    value === null ? '–' : format(value, locale);
  return (
    <div class="workers">
      <h3>Processes, time and rows per loop</h3>
      <div class="tableScroller" tabIndex={0} role="region" aria-label="Processes">
        <table>
          <thead>
            <tr>
              <th scope="col">Process</th>
              <th scope="col">Time</th>
              <th scope="col">Rows</th>
              <th scope="col">Loops</th>
              {shown.map(key => (
                <th key={key} scope="col">
                  {visibleText(key)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <LeaderRow leader={leader} columns={shown} locale={locale} />
            {workers.map(worker => (
              <tr key={worker.number}>
                <th scope="row">worker {worker.number}</th>
                <td>{figure(worker.totalMs, formatMs)}</td>
                <td>{figure(worker.rows, formatCount)}</td>
                <td>{figure(worker.loops, formatCount)}</td>
                {shown.map(key => (
                  <td key={key}>{valueText(worker.properties[key])}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {zero.length > 0 && <p class="zero">0 in every worker: {visibleText(zero.join(', '))}</p>}
    </div>
  );
}

function isTelling(value: unknown): boolean {
  return value !== undefined && value !== 0;
}

/** Keys that the table's own columns show, if the model leaves them among the properties. */
const ownColumns = new Set([
  'Worker Number',
  'Actual Startup Time',
  'Actual Total Time',
  'Actual Rows',
  'Actual Loops',
]);
