import { formatCount, formatMs } from '../plan/figures';
import { treeNode, type TreeNode } from '../treeNode';
import { failedNode } from './failedNode';
import { beginning, inOneLine } from './queryText';
import { lastGood, type Section } from './section';
import type { Advice } from './statementsAdvice';
import type { StatementRow, StatementsFacts, StatementsRanking } from './statementsQuery';
import { copiesOnly, undoNode } from './undoNode';

const idOfRow = (row: StatementRow): string => `statement:${row.key}`;

/** *Statements* of the Workers view; its children are asked for when it is opened. */
export function statementsNode(section: Section<StatementsFacts>, locale: string): TreeNode {
  const node = { id: 'statements', label: 'Statements', icon: { name: 'list-ordered', color: null } } as const;
  const failure = section.state === 'failed' ? [failedNode('statements:failed', section.sentence)] : [];
  const facts = lastGood(section);
  if (!facts) {
    return treeNode({ ...node, children: failure.length > 0 ? failure : 'onExpand' });
  }
  const { description, starved } = inShort(facts, locale);
  return treeNode({
    ...node,
    description,
    icon: starved ? { name: 'warning', color: 'warning' } : node.icon,
    children: [...failure, ...childrenOf(facts, locale)],
  });
}

/** The statement of a node of *Statements*; null for any other node. */
export function statementOfNode(facts: StatementsFacts, node: unknown): StatementRow | null {
  return facts.available ? (facts.rows.find(row => idOfRow(row) === node) ?? null) : null;
}

/** The SQL that a node of *Statements* offers to copy; null when it offers none. */
export function textOfStatementsNode(facts: StatementsFacts, node: unknown): string | null {
  for (const { id, advice } of advised(facts)) {
    if (node === id) {
      return advice.sql;
    }
    if (node === undoId(id)) {
      return advice.undo;
    }
  }
  return null;
}

/** What there is to say and to do before the rows. */
function advised(facts: StatementsFacts): readonly { readonly id: string; readonly advice: Advice }[] {
  if (!facts.available) {
    return [{ id: 'statements:missing', advice: facts.advice }];
  }
  const advice = facts.advice.map((one, place) => ({ id: `statements:advice:${String(place)}`, advice: one }));
  return facts.hiddenCount > 0 ? [...advice, { id: 'statements:hidden', advice: hiddenAdvice(facts) }] : advice;
}

function hiddenAdvice({ hiddenCount, user }: StatementsFacts & { readonly available: true }): Advice {
  const sentence =
    hiddenCount === 1
      ? `1 statement of another role is hidden from ${user}.`
      : `${String(hiddenCount)} statements of other roles are hidden from ${user}.`;
  return { sentence, sql: `GRANT pg_monitor TO ${user};`, undo: `REVOKE pg_monitor FROM ${user};` };
}

function childrenOf(facts: StatementsFacts, locale: string): readonly TreeNode[] {
  const hints = advised(facts).map(({ id, advice }) => adviceNode(id, advice));
  if (!facts.available) {
    return hints;
  }
  const said = rankingSentence(facts.ranking);
  return [
    ...hints,
    ...(said === null
      ? []
      : [
          treeNode({
            id: 'statements:ranking',
            label: said.short,
            tooltip: said.whole,
            icon: { name: 'info', color: 'muted' },
          }),
        ]),
    ...facts.rows.map(row => rowNode(row, locale)),
    ...(facts.rows.length > 0
      ? []
      : [treeNode({ id: 'statements:none', label: 'No statement has been counted yet', description: '' })]),
  ];
}

const undoId = (adviceId: string): string => `${adviceId}:undo`;

function adviceNode(id: string, { sentence, sql, undo }: Advice): TreeNode {
  return treeNode({
    id,
    label: sentence,
    description: sql ?? '',
    tooltip: sql === null ? sentence : [sentence, sql, copiesOnly].join('\n\n'),
    icon: { name: 'info', color: null },
    menu: sql === null ? null : 'copyable',
    click: sql === null ? null : 'planpool.workers.copyStatement',
    children: undo === null ? null : [undoNode(undoId(id), undo)],
  });
}

function rankingSentence(ranking: StatementsRanking): { readonly short: string; readonly whole: string } | null {
  switch (ranking) {
    case 'parallel':
      return null;
    case 'noneParallel':
      return {
        short: 'None of them asked for workers: those that took longest',
        whole: 'No statement that is counted here has asked for parallel workers. Listed are those that took longest.',
      };
    case 'workersUnknown':
      return {
        short: 'Parallel or not is not counted here: those that took longest',
        whole:
          'Which statements run in parallel, and whether they get their workers, is counted by PostgreSQL 18 with ' +
          'pg_stat_statements 1.12. Listed are those that took longest, parallel or not; Explain says which of them could be.',
      };
  }
}

function inShort(facts: StatementsFacts, locale: string): { readonly description: string; readonly starved: boolean } {
  if (!facts.available) {
    return { description: 'not available', starved: false };
  }
  const starvedCount = facts.rows.filter(isStarved).length;
  if (starvedCount > 0) {
    return { description: `${formatCount(starvedCount, locale)} starved of workers`, starved: true };
  }
  const count = `${formatCount(facts.rows.length, locale)} of ${formatCount(facts.visibleCount, locale)}`;
  return { description: facts.ranking === 'parallel' ? 'parallel ones, by time' : `by time, ${count}`, starved: false };
}

function isStarved({ workers }: StatementRow): boolean {
  return workers !== null && workers.launched < workers.asked;
}

function rowNode(row: StatementRow, locale: string): TreeNode {
  const starved = isStarved(row);
  const calls = Math.max(row.calls, 1);
  const time = formatMs(row.totalMs, locale);
  const place = row.inCurrentDatabase ? [] : [`in ${row.database ?? 'a dropped database'}`];
  const facts = [row.calls === 1 ? '1 call' : `${formatCount(row.calls, locale)} calls`, ...place];
  return treeNode({
    id: idOfRow(row),
    // Figures first: in a narrow view the text would push them out.
    label: [...workerWords(row, locale), time].join(' · '),
    description: [row.text === null ? 'text not known' : inOneLine(row.text, labelLength), ...facts].join(' · '),
    tooltip: [
      row.text === null ? 'The server could not tell the text.' : beginning(row.text, tooltipLimits),
      '',
      [...workerWords(row, locale), time, ...facts].join(' · '),
      `For each call: ${formatMs(row.totalMs / calls, locale)}, rows: ${formatCount(row.rows / calls, locale)}`,
      `Database ${row.database ?? '(dropped)'}, role ${row.user ?? '(dropped)'}${row.topLevel === false ? ', called from a function' : ''}`,
    ].join('\n'),
    icon: starved ? { name: 'warning', color: 'warning' } : { name: 'circle-small-filled', color: null },
    menu: row.text === null ? 'statement' : 'statement copyable explainable',
  });
}

function workerWords({ workers }: StatementRow, locale: string): readonly string[] {
  if (workers === null || workers.asked === 0) {
    return [];
  }
  const { asked, launched } = workers;
  return [`${formatCount(launched, locale)} of ${formatCount(asked, locale)} workers launched`];
}

const labelLength = 200;
const tooltipLimits = { length: 2000, lines: 40 };
