import { oneLine } from '../../editor/plainText';
import type { ExplainReason } from '../reasons';

/**
 * The whole reason for the log: its tag, and a line for each thing it knows (the server's or the system's words, SQLSTATE, detail,
 * hint, …), under the names of the reason's own fields. Of a profile, where it leads.
 */
export function reasonForLog(reason: ExplainReason): string {
  return [reason.tag, ...lines(reason)].join('\n  ');
}

function lines(known: object): readonly string[] {
  return Object.entries(known)
    .filter(([name]) => name !== 'tag')
    .flatMap(([name, value]: [string, unknown]): readonly string[] => {
      if (typeof value === 'object' && value !== null) {
        return linesOf(name, value);
      }
      const words = typeof value === 'string' || typeof value === 'number' ? oneLine(String(value)) : '';
      return words === '' ? [] : [`${name}: ${words}`];
    });
}

function linesOf(name: string, value: object): readonly string[] {
  return 'host' in value && 'port' in value
    ? [`${name}: ${String(value.host)}:${String(value.port)}`]
    : lines(value).map(line => `${name}.${line}`);
}
