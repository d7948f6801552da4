/** A node of the parse tree as libpg-query's JSON has it: fields by their names in parsenodes.h, defaults left out. */
export type Tree = Readonly<Record<string, unknown>>;

const nothing: Tree = {};

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The field as a node; an empty one if it is absent or something else. */
export function treeIn(tree: Tree, field: string): Tree {
  const value = tree[field];
  return isTree(value) ? value : nothing;
}

/** The field as a list; an empty one if it is absent or something else. */
export function listIn(tree: Tree, field: string): readonly unknown[] {
  const value = tree[field];
  return Array.isArray(value) ? value : [];
}

/** The field as text (a string or the name of an enum's value), or null. */
export function textIn(tree: Tree, field: string): string | null {
  const value = tree[field];
  return typeof value === 'string' ? value : null;
}

/** The type and the fields of a wrapped node, `{"SelectStmt": {…}}`; an empty type if it is none. */
export function unwrapNode(value: unknown): { readonly type: string; readonly fields: Tree } {
  const [entry] = isTree(value) ? Object.entries(value) : [];
  return entry && isTree(entry[1]) ? { type: entry[0], fields: entry[1] } : { type: '', fields: nothing };
}

/** The texts of a list of String nodes, such as the parts of a dotted name. */
export function namesIn(tree: Tree, field: string): readonly string[] {
  return listIn(tree, field).map(item => textIn(unwrapNode(item).fields, 'sval') ?? '');
}
