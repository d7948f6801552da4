import type { PlanProblem } from './model';
import { FieldReader, type Place } from './problems';
import { isRawObject, take, type RawObject } from './rawObject';

/** What EXPLAIN printed, taken apart but not yet read: the nodes in a flat list, their fields untouched. */
export interface RawExplain {
  /** At least one. A rewrite rule can make several of one statement. */
  readonly queries: readonly RawQuery[];
  /** Where nodes were missing. */
  readonly problems: readonly PlanProblem[];
}

export interface RawQuery {
  readonly place: Place;
  /** Everything but `Plan`. */
  readonly fields: RawObject;
  /** In pre-order; the first one is the root. */
  readonly nodes: readonly RawNode[];
}

export interface RawNode {
  /** Everything but `Plans` and `Workers`. */
  readonly fields: RawObject;
  readonly workers: unknown;
  /** Position in the query's `nodes`; null for the root. */
  readonly parent: number | null;
  readonly depth: number;
  readonly place: Place;
}

export type DecodedExplain =
  { readonly ok: true; readonly value: RawExplain } | { readonly ok: false; readonly sentence: string };

/**
 * A query identifier has 64 bits, more than a number of JavaScript holds, so it becomes a string before it is parsed. (Inside
 * of a JSON string the quotes of such a key would be escaped.)
 */
function withExactIdentifiers(json: string): string {
  return json.replace(/("Query Identifier":\s*)(-?\d{16,})/g, '$1"$2"');
}

/**
 * Takes the text of `EXPLAIN (FORMAT JSON)` apart: an array with one object a query. A query that is a utility statement
 * (possible through a rule) is a bare string there, as `ExplainDummyGroup` in explain.c writes it; it has no plan and is left
 * out. Linear in the size of the text and without recursion, so a plan may be as deep as it likes.
 */
export function decodeExplain(json: string): DecodedExplain {
  let answer: unknown;
  try {
    answer = JSON.parse(withExactIdentifiers(json));
  } catch {
    return failed('What the server returned for EXPLAIN is not valid JSON.');
  }
  if (!Array.isArray(answer)) {
    return failed('What the server returned for EXPLAIN is not a list of plans.');
  }
  const items: readonly unknown[] = answer;
  const reader = new FieldReader();
  const queries: RawQuery[] = [];
  for (const [index, item] of items.entries()) {
    const plan = isRawObject(item) ? take(item, 'Plan') : undefined;
    if (isRawObject(item) && isRawObject(plan)) {
      const place: Place = { up: null, step: index };
      queries.push({ place, fields: item, nodes: flatten(plan, place, reader) });
    } else if (typeof item !== 'string') {
      reader.note({ up: null, step: index }, 'Here should be a query with its Plan; it is left out.');
    }
  }
  return queries.length > 0
    ? { ok: true, value: { queries, problems: reader.problems } }
    : failed(planlessSentence(items));
}

/** A node whose `Plans` and `Workers` are still among its fields. */
type Pending = { -readonly [Key in keyof RawNode]: RawNode[Key] };

function flatten(root: RawObject, queryPlace: Place, reader: FieldReader): readonly RawNode[] {
  const nodes: RawNode[] = [];
  const rootPlace: Place = { up: queryPlace, step: 'Plan' };
  const pending: Pending[] = [{ fields: root, workers: undefined, parent: null, depth: 0, place: rootPlace }];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const id = nodes.push(node) - 1;
    const list = take(node.fields, 'Plans');
    node.workers = take(node.fields, 'Workers');
    if (list === undefined) {
      continue;
    }
    const listPlace: Place = { up: node.place, step: 'Plans' };
    const plans = reader.list(list, listPlace);
    // The last one first, as the stack gives them back in the other order.
    for (let index = plans.length - 1; index >= 0; index -= 1) {
      const fields = plans[index];
      const place: Place = { up: listPlace, step: index };
      if (isRawObject(fields)) {
        pending.push({ fields, workers: undefined, parent: id, depth: node.depth + 1, place });
      } else {
        reader.note(place, 'Here should be a plan node; it is left out.');
      }
    }
  }
  return nodes;
}

function planlessSentence(items: readonly unknown[]): string {
  if (items.length === 0) {
    return 'There is no plan: a rule of the table makes the statement do nothing.';
  }
  return items.every(item => typeof item === 'string')
    ? 'PostgreSQL would execute nothing here: it has no plan for a utility statement, nor for a table that exists already.'
    : 'What the server returned for EXPLAIN has no plan in it.';
}

function failed(sentence: string): DecodedExplain {
  return { ok: false, sentence };
}
