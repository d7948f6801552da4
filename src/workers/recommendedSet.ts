import type { BytesInWords } from '../guc/settingsFinding';
import { recommendedFor } from '../guc/recommendation';
import type { ServerSize, SettingsFacts } from '../guc/settingsFacts';
import { lastGood, type Section } from './section';

/** The user's override sets with one more of this name; or, in one sentence, why there is none to add. */
export type RecommendedSet =
  | { readonly ok: true; readonly name: string; readonly sets: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly sentence: string };

/**
 * What of the recommended values a session can set, as an override set.
 * @param own the user's sets, as they are written; none of them is replaced.
 */
export function recommendedSet(
  section: Section<SettingsFacts>,
  size: ServerSize & { readonly cores: number },
  own: Readonly<Record<string, unknown>>,
): RecommendedSet {
  const facts = lastGood(section);
  if (!facts) {
    const why = section.state === 'failed' ? ` ${section.sentence}` : '';
    return { ok: false, sentence: `The settings of the server are not known.${why}` };
  }
  const recommended = recommendedFor(facts, size.cores, size.memoryBytes, unread).overrides;
  if (recommended.length === 0) {
    return {
      ok: false,
      sentence: 'Whatever a session can set is already as it is recommended, so there is nothing to try.',
    };
  }
  const values = Object.fromEntries(recommended.map(({ name, value }) => [name, value]));
  const name = freeName(`Recommended for ${size.cores === 1 ? 'one core' : `${size.cores} cores`}`, values, own);
  return { ok: true, name, sets: { ...own, [name]: values } };
}

/** The reasons are not shown. */
const unread: BytesInWords = String;

/** The name, or one like it when the user has another set of that name. */
function freeName(name: string, values: object, own: Readonly<Record<string, unknown>>): string {
  for (let attempt = 1; ; attempt += 1) {
    const candidate = attempt === 1 ? name : `${name} (${attempt})`;
    if (!Object.hasOwn(own, candidate) || JSON.stringify(own[candidate]) === JSON.stringify(values)) {
      return candidate;
    }
  }
}
