import { settingsFindings } from '../guc/findings';
import { recommendedFor, type RecommendedSetting } from '../guc/recommendation';
import { placeWords, type Remedy } from '../guc/remedy';
import type { ServerSize, SettingsFacts, SettingState } from '../guc/settingsFacts';
import type { BytesInWords, SettingsFinding } from '../guc/settingsFinding';
import { shownDefault, shownValue } from '../guc/shownValue';
import { formatBytes } from '../plan/figures';
import { treeNode, type TreeNode } from '../treeNode';
import { failedNode } from './failedNode';
import { lastGood, type Section } from './section';
import { copiesOnly, undoNode } from './undoNode';

const root = { id: 'settings', label: 'Settings', icon: { name: 'settings-gear', color: null } } as const;

/** The settings check: what is odd, what fits the machine, and every setting that decides about parallelism. */
export function settingsNode(section: Section<SettingsFacts>, size: ServerSize, locale: string): TreeNode {
  const failure = section.state === 'failed' ? [failedNode('settings:failed', section.sentence)] : [];
  const facts = lastGood(section);
  if (!facts) {
    return treeNode({ ...root, children: failure.length > 0 ? failure : 'onExpand' });
  }
  const words = (bytes: number): string => formatBytes(bytes, locale);
  const findings = settingsFindings(facts, size, words);
  return treeNode({
    ...root,
    description: count(findings.length, 'finding'),
    children: [
      ...failure,
      ...findings.map(findingNode),
      size.cores === null ? serverSizeNode : recommendedNode(facts, size.cores, size.memoryBytes, words),
      allSettingsNode(facts),
    ],
  });
}

/** What a node offers to copy: a statement or what undoes it; null when it offers nothing. */
export function textOfNode(section: Section<SettingsFacts>, size: ServerSize, nodeId: unknown): string | null {
  const facts = lastGood(section);
  if (!facts || typeof nodeId !== 'string') {
    return null;
  }
  for (const [id, remedy] of offered(facts, size)) {
    if (nodeId === `remedy:${id}`) {
      return remedy.sql;
    }
    if (nodeId === `undo:${id}`) {
      return remedy.undo;
    }
  }
  return null;
}

/** Remedies are the same whatever is said of them. */
const unread: BytesInWords = String;

/** Every remedy that the tree shows, by the end of its node's id. */
function offered(facts: SettingsFacts, size: ServerSize): readonly (readonly [id: string, remedy: Remedy])[] {
  const ofFindings = settingsFindings(facts, size, unread).flatMap(({ id, remedies }) =>
    remedies.map((remedy, index) => [remedyId(id, index), remedy] as const),
  );
  const rows = size.cores === null ? [] : recommendedFor(facts, size.cores, size.memoryBytes, unread).rows;
  const ofRows = rows.flatMap(({ name, remedy }) => (remedy ? [[`recommended:${name}`, remedy] as const] : []));
  return [...ofFindings, ...ofRows];
}

function remedyId(findingId: string, index: number): string {
  return `${findingId}:${index}`;
}

function findingNode({ id, severity, title, sentence, figures, remedies }: SettingsFinding): TreeNode {
  return treeNode({
    id: `finding:${id}`,
    label: title,
    description: sentence,
    tooltip: [sentence, ...figures].join('\n'),
    icon: severity === 'warning' ? { name: 'warning', color: 'warning' } : { name: 'lightbulb', color: null },
    menu: 'finding',
    children: [
      ...figures.map((figure, index) =>
        treeNode({ id: `figure:${id}:${index}`, label: figure, icon: { name: 'symbol-numeric', color: 'muted' } }),
      ),
      ...remedies.flatMap((remedy, index) => remedyNodes(remedyId(id, index), remedy)),
    ],
  });
}

function remedyNodes(id: string, { sql, undo, note }: Remedy): readonly TreeNode[] {
  return [
    treeNode({
      id: `remedy:${id}`,
      label: sql,
      tooltip: [sql, note, copiesOnly].filter(Boolean).join('\n\n'),
      description: note ?? '',
      icon: { name: 'copy', color: null },
      menu: 'copyable',
      click: 'planpool.workers.copyStatement',
    }),
    undoNode(`undo:${id}`, undo),
  ];
}

const serverSizeNode = treeNode({
  id: 'serverSize',
  label: 'How many cores has the server?',
  description: 'PostgreSQL does not tell',
  tooltip: 'With the number of cores, and of memory, the settings can be judged, and better ones recommended.',
  icon: { name: 'question', color: null },
  menu: 'serverSize',
  click: 'planpool.workers.tellServerSize',
});

function recommendedNode(
  facts: SettingsFacts,
  cores: number,
  memoryBytes: number | null,
  words: BytesInWords,
): TreeNode {
  const { rows, overrides } = recommendedFor(facts, cores, memoryBytes, words);
  const changes = rows.filter(({ changed }) => changed).length;
  const tryThem = treeNode({
    id: 'recommended:try',
    label: 'Try as override set',
    description: overrides.map(({ name, value }) => `${name} = ${value}`).join(', '),
    icon: { name: 'beaker', color: null },
    click: 'planpool.workers.tryRecommended',
  });
  return treeNode({
    id: 'recommended',
    label: `Recommended for ${count(cores, 'core')}`,
    description: changes === 0 ? 'no changes' : count(changes, 'change'),
    icon: { name: 'checklist', color: null },
    menu: 'recommended',
    children: [...(overrides.length > 0 ? [tryThem] : []), ...rows.map(recommendedRow)],
  });
}

function recommendedRow({ name, now, recommended, reason, changed, remedy }: RecommendedSetting): TreeNode {
  return treeNode({
    id: `recommended:${name}`,
    label: name,
    description: changed ? `${now} → ${recommended}` : now,
    tooltip: reason,
    icon: changed ? { name: 'arrow-right', color: 'warning' } : { name: 'check', color: 'good' },
    children: remedy ? remedyNodes(`recommended:${name}`, remedy) : null,
  });
}

function allSettingsNode(facts: SettingsFacts): TreeNode {
  return treeNode({
    id: 'settings:all',
    label: 'All settings',
    description: String(facts.settings.size),
    icon: { name: 'list-unordered', color: null },
    children: [...facts.settings.values()].map(state => settingNode(facts, state)),
  });
}

function settingNode(facts: SettingsFacts, state: SettingState): TreeNode {
  const { name, value, unit, source, resetValue, pendingRestart, context } = state;
  const scoped = facts.scoped.filter(one => one.name === name);
  return treeNode({
    id: `setting:${name}`,
    label: name,
    description: [`${value} · ${source}`, pendingRestart ? 'waits for a restart' : ''].filter(Boolean).join(' · '),
    tooltip: [
      `${name} = ${value}`,
      `Source: ${source}${fileWords(state)}`,
      `Default: ${shownDefault(state)}`,
      unit === null ? '' : `Unit: ${unit}`,
      resetValue === null ? '' : `RESET gives: ${shownValue(resetValue, unit)}`,
      `Context: ${context}`,
      pendingRestart ? 'The configuration says something else, which waits for a restart.' : '',
      ...scoped.map(one => `${one.value} ${placeWords(one.scope)}`),
    ]
      .filter(Boolean)
      .join('\n'),
    icon: pendingRestart ? { name: 'warning', color: 'warning' } : null,
  });
}

function fileWords({ source, fromAutoConf }: SettingState): string {
  if (source !== 'configuration file') {
    return '';
  }
  return fromAutoConf === null
    ? ' (which one is hidden from this user)'
    : fromAutoConf
      ? ' (postgresql.auto.conf)'
      : '';
}

function count(n: number, what: string): string {
  return `${n === 0 ? 'no' : n} ${what}${n === 1 ? '' : 's'}`;
}
