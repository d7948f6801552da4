import { commandTag } from './commandTag';
import { maintenanceStatement, type MaintenanceStatement } from './maintenance';
import type { FunctionName, RelationName } from './names';
import { isTree, listIn, namesIn, textIn, treeIn, unwrapNode, type Tree } from './parseTree';

/** `select` includes VALUES, TABLE and SELECT INTO; `empty` is a text without a statement. */
export type StatementKind =
  | 'select'
  | 'insert'
  | 'update'
  | 'delete'
  | 'merge'
  | 'createTableAs'
  | 'declareCursor'
  | 'execute'
  | 'refreshMaterializedView'
  | 'explain'
  | 'utility'
  | 'empty';

/** What PostgreSQL's parse tree says about a statement. If there are several, `kind` and `command` are of the first. */
export interface StatementFacts {
  readonly kind: StatementKind;
  /** Whether EXPLAIN takes it: ExplainableStmt of gram.y. */
  readonly explainable: boolean;
  readonly statementCount: number;
  /** Words for a message, as in PostgreSQL's command tag: `CREATE INDEX`. */
  readonly command: string;
  /**
   * What executing it would write by its own words, also in a WITH: `INSERT INTO t`, `SELECT INTO t`, `CREATE TABLE t`.
   * `EXECUTE p` is listed because nobody can tell, and so is every utility command by its name.
   */
  readonly writes: readonly string[];
  /** `FOR UPDATE` and the like, wherever they stand. */
  readonly rowLocks: readonly string[];
  /**
   * Every function called by name, wherever it stands; those that SQL syntax stands for (EXTRACT) have the schema
   * `pg_catalog`. Not here: functions behind operators, casts, and `t.f`, which only the server can tell from a column.
   */
  readonly functions: readonly FunctionName[];
  /** Every relation named, without the names that a WITH defines where they are visible. */
  readonly relations: readonly RelationName[];
  /** The distinct numbers of the parameters, ascending. */
  readonly parameters: readonly number[];
  /** Of a single CREATE INDEX or VACUUM; null for everything else. */
  readonly maintenance: MaintenanceStatement | null;
}

/**
 * The facts of a tree as libpg-query's `parse` returns it for that text. Does not recurse, so that a deep tree is no danger.
 */
export function statementFacts(tree: unknown, sql: string): StatementFacts {
  const statements = isTree(tree) ? listIn(tree, 'stmts') : [];
  const nodes = statements.map(raw => unwrapNode(isTree(raw) ? raw['stmt'] : undefined));
  const found = collect(nodes);
  const [first] = nodes;
  const kind = first ? (kinds[first.type] ?? 'utility') : 'empty';
  for (const { type, fields } of nodes) {
    if (kinds[type] === undefined) {
      found.writes.add(commandTag(type, fields));
    }
  }
  return {
    kind,
    explainable: kind !== 'utility' && kind !== 'explain' && kind !== 'empty',
    statementCount: nodes.length,
    command: first ? commandTag(first.type, first.fields) : '',
    writes: [...found.writes],
    rowLocks: [...found.rowLocks],
    functions: [...found.functions.values()],
    relations: [...found.relations.values()],
    parameters: [...found.parameters].sort((a, b) => a - b),
    maintenance:
      first && nodes.length === 1
        ? maintenanceStatement(first.type, first.fields, sql, [...found.functions.values()])
        : null,
  };
}

const kinds: Readonly<Partial<Record<string, StatementKind>>> = {
  SelectStmt: 'select',
  InsertStmt: 'insert',
  UpdateStmt: 'update',
  DeleteStmt: 'delete',
  MergeStmt: 'merge',
  CreateTableAsStmt: 'createTableAs',
  DeclareCursorStmt: 'declareCursor',
  ExecuteStmt: 'execute',
  RefreshMatViewStmt: 'refreshMaterializedView',
  ExplainStmt: 'explain',
};

/** Fields that hold a node without the usual wrapper that names its type. */
const typeOfField: Readonly<Partial<Record<string, string>>> = {
  funccall: 'FuncCall',
  larg: 'SelectStmt',
  rarg: 'SelectStmt',
};

/** Names that are visible by a WITH: the first `count` of its tables, then those of `outer`. */
interface Scope {
  readonly indexes: ReadonlyMap<string, number>;
  readonly count: number;
  readonly outer: Scope | null;
}

interface Visit {
  readonly type: string;
  readonly value: unknown;
  readonly scope: Scope | null;
}

interface Found {
  readonly writes: Set<string>;
  readonly rowLocks: Set<string>;
  readonly functions: Map<string, FunctionName>;
  readonly relations: Map<string, RelationName>;
  readonly parameters: Set<number>;
}

function collect(nodes: readonly { readonly type: string; readonly fields: Tree }[]): Found {
  const found: Found = {
    writes: new Set(),
    rowLocks: new Set(),
    functions: new Map(),
    relations: new Map(),
    parameters: new Set(),
  };
  const pending: Visit[] = nodes.map(({ type, fields }) => ({ type, value: fields, scope: null })).reverse();
  for (let visit = pending.pop(); visit; visit = pending.pop()) {
    const { type, value, scope } = visit;
    if (Array.isArray(value)) {
      for (let index = value.length - 1; index >= 0; index--) {
        pending.push({ type: '', value: value[index] as unknown, scope });
      }
    } else if (isTree(value)) {
      note(found, type, value, scope);
      const visits = inside(type, value, scope);
      for (let next = visits.pop(); next; next = visits.pop()) {
        pending.push(next);
      }
    }
  }
  return found;
}

function note(found: Found, type: string, node: Tree, scope: Scope | null): void {
  const written = writeOf(type, node);
  if (written !== null) {
    found.writes.add(written);
  }
  const relation = textIn(node, 'relname');
  if (relation !== null) {
    noteRelation(found, { schema: textIn(node, 'schemaname'), name: relation }, scope);
  } else if (type === 'FuncCall') {
    const names = namesIn(node, 'funcname');
    const called = { schema: names.at(-2) ?? null, name: names.at(-1) ?? '' };
    found.functions.set(keyOf(called), called);
  } else if (type === 'LockingClause') {
    found.rowLocks.add(lockWords[textIn(node, 'strength') ?? ''] ?? 'FOR UPDATE');
  } else if (type === 'ParamRef' && typeof node['number'] === 'number') {
    found.parameters.add(node['number']);
  }
}

function noteRelation(found: Found, relation: RelationName, scope: Scope | null): void {
  if (relation.schema === null) {
    for (let visible = scope; visible; visible = visible.outer) {
      if ((visible.indexes.get(relation.name) ?? Infinity) < visible.count) {
        return;
      }
    }
  }
  found.relations.set(keyOf(relation), relation);
}

function keyOf({ schema, name }: FunctionName | RelationName): string {
  return JSON.stringify([schema, name]);
}

const lockWords: Readonly<Partial<Record<string, string>>> = {
  LCS_FORKEYSHARE: 'FOR KEY SHARE',
  LCS_FORSHARE: 'FOR SHARE',
  LCS_FORNOKEYUPDATE: 'FOR NO KEY UPDATE',
  LCS_FORUPDATE: 'FOR UPDATE',
};

function writeOf(type: string, node: Tree): string | null {
  switch (type) {
    case 'InsertStmt':
      return `INSERT INTO ${relationText(node, 'relation')}`;
    case 'UpdateStmt':
      return `UPDATE ${relationText(node, 'relation')}`;
    case 'DeleteStmt':
      return `DELETE FROM ${relationText(node, 'relation')}`;
    case 'MergeStmt':
      return `MERGE INTO ${relationText(node, 'relation')}`;
    case 'SelectStmt':
      return node['intoClause'] === undefined ? null : `SELECT INTO ${relationText(treeIn(node, 'intoClause'), 'rel')}`;
    case 'CreateTableAsStmt': {
      const what = textIn(node, 'objtype') === 'OBJECT_MATVIEW' ? 'MATERIALIZED VIEW' : 'TABLE';
      return `CREATE ${what} ${relationText(treeIn(node, 'into'), 'rel')}`;
    }
    case 'RefreshMatViewStmt':
      return `REFRESH MATERIALIZED VIEW ${relationText(node, 'relation')}`;
    case 'ExecuteStmt':
      return `EXECUTE ${quoted(textIn(node, 'name') ?? '')}`;
    default:
      return null;
  }
}

function relationText(node: Tree, field: string): string {
  const relation = treeIn(node, field);
  const schema = textIn(relation, 'schemaname');
  const name = quoted(textIn(relation, 'relname') ?? '');
  return schema === null ? name : `${quoted(schema)}.${name}`;
}

function quoted(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** What is below a node, each with the names that are visible to it. */
function inside(type: string, node: Tree, scope: Scope | null): Visit[] {
  const withClause = treeIn(node, 'withClause');
  const { visits, visible } = commonTables(withClause, scope);
  for (const [field, value] of Object.entries(node)) {
    // The names in FOR UPDATE OF are aliases, not relations.
    if (typeof value !== 'object' || value === null || field === 'withClause' || type === 'LockingClause') {
      continue;
    }
    // What a statement writes to is never a common table, even if one has its name.
    const isTarget = field === 'rel' || (field === 'relation' && type.endsWith('Stmt'));
    visits.push({ type: typeOfField[field] ?? field, value, scope: isTarget ? null : visible });
  }
  return visits;
}

/** In WITH RECURSIVE all names are visible in all of its queries, else only in those that follow (parse_cte.c). */
function commonTables(withClause: Tree, outer: Scope | null): { visits: Visit[]; visible: Scope | null } {
  const tables = listIn(withClause, 'ctes').map(table => unwrapNode(table).fields);
  if (tables.length === 0) {
    return { visits: [], visible: outer };
  }
  const indexes = new Map(tables.map((table, index) => [textIn(table, 'ctename') ?? '', index]));
  const visible = { indexes, count: tables.length, outer };
  const visits = tables.map((table, index) => ({
    type: 'CommonTableExpr',
    value: table,
    scope: withClause['recursive'] === true ? visible : { indexes, count: index, outer },
  }));
  return { visits, visible };
}
