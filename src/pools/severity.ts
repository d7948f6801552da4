import type { NodeIcon } from '../treeNode';
import type { Severity } from './model';

const ranks: Readonly<Record<Severity, number>> = { good: 0, info: 1, warning: 2, error: 3 };

/** Higher is worse. */
export function severityRank(severity: Severity): number {
  return ranks[severity];
}

export function severityIcon(severity: Severity): NodeIcon {
  switch (severity) {
    case 'good':
      return { name: 'pass', color: 'good' };
    case 'info':
      return { name: 'info', color: null };
    case 'warning':
      return { name: 'warning', color: 'warning' };
    case 'error':
      return { name: 'error', color: 'error' };
  }
}
