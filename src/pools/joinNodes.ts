import { treeNode, type TreeNode } from '../treeNode';
import { durationMs, isActive, type Backend } from '../workers/activity';
import { formatDuration } from '../workers/duration';
import type { Section } from '../workers/section';
import { waitWords } from '../workers/waitWords';
import type { Join } from './join';
import { childId } from './nodeIds';
import { shortName } from './words';

/** What works for a client now: its server connection, the backend behind that, and the backend's parallel workers. */
export function joinNodes(
  parent: string,
  section: Section<Join | null> | undefined,
  locale: string,
): readonly TreeNode[] {
  const id = childId(parent, 'behind');
  switch (section?.state) {
    case undefined:
    case 'notAsked':
      return [];
    case 'loading':
      return [treeNode({ id, label: 'Looking behind it …', icon: { name: 'loading~spin', color: null } })];
    case 'failed':
      return [treeNode({ id, label: section.sentence, icon: { name: 'error', color: 'error' } })];
    case 'good':
      return section.value ? joined(id, section.value, locale) : [treeNode({ id, label: 'This client is gone.' })];
  }
}

function joined(id: string, { proof, server, backend, workers, sentence }: Join, locale: string): readonly TreeNode[] {
  const serverWords = server && `${shortName(server.address)}:${String(server.port)} · ${server.state}`;
  const nodes = [
    serverWords === null
      ? null
      : treeNode({
          id: childId(id, 'server'),
          label: 'server connection',
          description: serverWords,
          icon: { name: 'server', color: null },
        }),
    backend && backendNode(id, backend, workers, locale),
    backend === null
      ? treeNode({
          id: childId(id, 'why'),
          label: sentence,
          tooltip: sentence,
          icon: { name: proof === 'noServer' ? 'circle-outline' : 'question', color: null },
        })
      : null,
  ];
  return nodes.filter(node => node !== null);
}

function backendNode(id: string, backend: Backend, workers: readonly Backend[], locale: string): TreeNode {
  const ms = durationMs(backend);
  const role = workers.length > 0 ? 'leader' : 'alone';
  const words = [
    ms === null ? null : formatDuration(ms, locale),
    isActive(backend) && role === 'leader' ? `leader ${waitWords(backend, role)}` : waitWords(backend, role),
    backend.query.kind === 'text' ? shortName(backend.query.text) : null,
  ];
  return treeNode({
    id: childId(id, 'backend'),
    label: `backend ${String(backend.pid)}`,
    description: words.filter(word => word !== null).join(' · '),
    tooltip: backend.query.kind === 'text' ? backend.query.text : '',
    icon: { name: 'server-process', color: null },
    children: workers.map(worker =>
      treeNode({
        id: childId(id, `worker ${String(worker.pid)}`),
        label: `${String(worker.pid)} worker`,
        description: waitWords(worker, 'worker'),
        icon: { name: 'circle-small-filled', color: null },
      }),
    ),
    expanded: true,
  });
}
