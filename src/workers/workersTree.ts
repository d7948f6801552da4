import type { ServerSize, SettingsFacts } from '../guc/settingsFacts';
import { treeNode, type TreeNode } from '../treeNode';
import type { Activity } from './activity';
import { failedNode } from './failedNode';
import { maintenanceNode } from './maintenanceNode';
import type { MaintenanceProgress } from './maintenanceProgress';
import { nowNode } from './nowNode';
import type { Section } from './section';
import { settingsNode } from './settingsNode';
import { shortageNode, type Baseline } from './shortage';
import { slotWords } from './slots';
import { statementsNode } from './statementsNode';
import type { StatementsFacts } from './statementsQuery';

/** What one look at a server brings. */
export interface Look {
  readonly activity: Activity;
  readonly maintenance: readonly MaintenanceProgress[];
}

/** All that the view shows of one server. */
export interface WorkersState {
  /** The connection's name. */
  readonly name: string;
  /** The last good one, and when it came, in milliseconds since 1970; null before the first. */
  readonly look: (Look & { readonly takenAtMs: number }) | null;
  /** Why there is no newer one, in one sentence; null while there is nothing to tell. */
  readonly failure: string | null;
  /** What the counters of the look are compared with; undefined when that is nothing. */
  readonly baseline: Baseline | undefined;
  readonly filter: string;
  readonly statements: Section<StatementsFacts>;
  readonly settings: Section<SettingsFacts>;
  readonly size: ServerSize;
}

export interface WorkersTree {
  /** Behind the view's title. */
  readonly description: string;
  readonly roots: readonly TreeNode[];
}

/** The view's nodes. After a failure the old figures stay, grey and with the time that they are of. */
export function workersTree(state: WorkersState, locale: string): WorkersTree {
  const { name, look, failure, baseline, filter, statements, settings, size } = state;
  if (!look) {
    const node =
      failure === null ? treeNode({ id: 'asking', label: `Asking ${name} …` }) : failedNode('failure', failure);
    return { description: '', roots: [node] };
  }
  const { activity, maintenance, takenAtMs } = look;
  const shortage = baseline && shortageNode(baseline.activity, activity, clockTime(baseline.atMs, locale), locale);
  const looks = [
    nowNode(activity, filter, locale),
    ...(shortage ? [shortage] : []),
    maintenanceNode(maintenance, activity, locale),
  ];
  const rest = [statementsNode(statements, locale), settingsNode(settings, size, locale)];
  const slots = slotWords(activity.slots, locale);
  if (failure === null) {
    return { description: slots, roots: [...looks, ...rest] };
  }
  const at = new Date(takenAtMs).toLocaleTimeString(locale);
  const why = failedNode('failure', `${failure} The figures are those of ${at}.`);
  return { description: `at ${at}: ${slots}`, roots: [why, ...looks.map(faded), ...rest] };
}

/** Hours and minutes. */
function clockTime(ms: number, locale: string): string {
  return new Date(ms).toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' });
}

/** The same, as something that is not sure to be true any more. */
function faded(node: TreeNode): TreeNode {
  return {
    ...node,
    icon: { name: node.icon?.name ?? 'circle-outline', color: 'muted' },
    children: Array.isArray(node.children) ? node.children.map(faded) : node.children,
  };
}
