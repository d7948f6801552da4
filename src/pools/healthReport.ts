import { formatMs } from '../plan/figures';
import { assertNever } from '../assertNever';
import type { Profile } from '../connection/profile';
import type { HealthLayer, LayerResult } from './healthCheck';

/** What a health check has found: the first thing that is wrong in a sentence, and every layer in a line of its own. */
export function healthReport(
  { name, label, host, port }: Profile,
  results: readonly LayerResult[],
  locale: string,
): { readonly sentence: string; readonly report: string } {
  const wrong = results.find(({ ok }) => ok === false);
  const tried = results.filter(({ ok }) => ok !== null).length;
  const sentence = wrong
    ? `${name}: ${wrong.sentence}`
    : `${name} is well, as far as it was checked: ${String(tried)} of ${String(results.length)} layers.`;
  const lines = results.map(({ layer, ok, ms, sentence: words }) => {
    const verdict = ok === null ? 'not tried' : ok ? 'well' : 'wrong';
    const time = ms === null ? '' : ` (${formatMs(ms, locale)})`;
    return `${layerWords(layer)}: ${verdict}${time}\n    ${words}`;
  });
  const title = `Health of ${name}${label === null ? '' : ` (${label})`} at ${host}:${String(port)}`;
  return { sentence, report: [title, ...lines].join('\n') };
}

function layerWords(layer: HealthLayer): string {
  switch (layer) {
    case 'reach':
      return 'TCP';
    case 'login':
      return 'Login at the console';
    case 'state':
      return 'What the console says';
    case 'pool':
      return 'A query through the pool';
    case 'postgres':
      return 'PostgreSQL behind it';
    default:
      return assertNever(layer);
  }
}
