import { formatCount } from '../plan/figures';
import { treeNode, type TreeNode } from '../treeNode';
import type { PoolerSetting } from './model';
import type { NodeContext } from './nodeContext';
import { itemId, partId } from './nodeIds';

/** *Config* of an instance: what differs from the default first, then by name. */
export function configNode({ instance, state, locale }: NodeContext): TreeNode {
  const settings = [...state.snapshot.config.values()];
  const id = partId(instance.name, 'config');
  const changed = settings.filter(differs).length;
  return treeNode({
    id,
    label: 'Config',
    description: `${formatCount(changed, locale)} not at the default`,
    icon: { name: 'settings-gear', color: null },
    menu: 'config',
    children: instance.expanded.has(id)
      ? settings.toSorted(changedFirst).map(setting => settingNode(instance.name, setting))
      : 'onExpand',
  });
}

/** A setting without a known default is not said to differ from it. A mode is shown in decimal, its default in octal. */
function differs({ value, defaultValue }: PoolerSetting): boolean {
  if (defaultValue === null || value === defaultValue) {
    return false;
  }
  return !/^0[0-7]+$/.test(defaultValue) || Number.parseInt(defaultValue, 8) !== Number(value);
}

function settingNode(instance: string, setting: PoolerSetting): TreeNode {
  const { key, value, defaultValue, changeable } = setting;
  const changed = differs(setting);
  const shown = (text: string): string => (text === '' ? '(empty)' : text);
  return treeNode({
    id: itemId(instance, 'config', key),
    label: key,
    description: changed ? `${shown(value)} · default ${shown(defaultValue ?? '')}` : shown(value),
    tooltip: [
      `${key} = ${shown(value)}`,
      defaultValue === null ? null : `default: ${shown(defaultValue)}`,
      changeable ? 'takes effect at RELOAD' : 'takes effect at a restart only',
    ]
      .filter(line => line !== null)
      .join('\n'),
    icon: { name: changed ? 'edit' : 'circle-outline', color: changed ? null : 'muted' },
    menu: 'copyable',
  });
}

function changedFirst(a: PoolerSetting, b: PoolerSetting): number {
  return Number(differs(b)) - Number(differs(a)) || (a.key < b.key ? -1 : 1);
}
