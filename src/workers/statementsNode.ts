import { formatCount, formatMs } from '../plan/figures';
import { treeNode, type TreeNode } from '../treeNode';
import type { Section } from './section';
import type { Advice } from './statementsAccess';
import type { StatementRow, StatementsFacts, StatementsRanking } from './statementsQuery';

const idOfRow = (row: StatementRow): string => `statement:${row.key}`;

/** *Statements* of the Workers view; its children are asked for when it is opened. */
export function statementsNode(section: Section<StatementsFacts>, locale: string): TreeNode {
  const node = { id: 'statements', label: 'Statements', icon: { name: 'list-ordered', color: null } } as const;
  switch (section.state) {
    case 'notAsked':
      return treeNode({ ...node, children: 'onExpand' });
    case 'loading':
      return section.before
        ? statementsNode({ state: 'good', value: section.before }, locale)
        : treeNode({ ...node, children: 'onExpand' });
    case 'failed':
      return treeNode({
        ...node,
        children: [
          treeNode({
            id: 'statements:failed',
            label: section.sentence,
            tooltip: `${section.sentence}\nClick to try again.`,
            icon: { name: 'error', color: 'error' },
            click: 'planpool.workers.refresh',
          }),
        ],
      });
    case 'good': {
      const { description, starved } = inShort(section.value, locale);
      return treeNode({
        ...node,
        description,
        icon: starved ? { name: 'warning', color: 'warning' } : node.icon,
        children: childrenOf(section.value, locale),
      });
    }
  }
}

/** The statement of a node of *Statements*; null for any other node. */
export function statementOfNode(facts: StatementsFacts, node: unknown): StatementRow | null {
  return facts.available ? (facts.rows.find(row => idOfRow(row) === node) ?? null) : null;
}

/** The SQL that a node of *Statements* offers to copy; null when it offers none. */
export function textOfStatementsNode(facts: StatementsFacts, node: unknown): string | null {
  return advised(facts).find(({ id }) => id === node)?.advice.sql ?? null;
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
  return { sentence, sql: `GRANT pg_monitor TO ${user};` };
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

function adviceNode(id: string, { sentence, sql }: Advice): TreeNode {
  return treeNode({
    id,
    label: sentence,
    description: sql ?? '',
    tooltip: sql === null ? sentence : `${sentence}\n${sql}\nClick to copy. Planpool never runs it.`,
    icon: { name: 'info', color: null },
    menu: sql === null ? null : 'copyable',
    click: sql === null ? null : 'planpool.workers.copyStatement',
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
    description: [row.text === null ? 'text not known' : begin(oneLine(row.text), labelLength), ...facts].join(' · '),
    tooltip: [
      row.text === null ? 'The server could not tell the text.' : begin(row.text, tooltipLength),
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
const tooltipLength = 2000;

/** White space says nothing in one line; the longest texts need not be read to their end for it. */
function oneLine(text: string): string {
  return text
    .slice(0, 10 * labelLength)
    .replace(/\s+/g, ' ')
    .trim();
}

/** The first so many characters; only for the eye, what is explained and copied is the whole text. */
function begin(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
