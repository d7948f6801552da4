import { indexExpressions } from './indexExpressions';
import type { FunctionName, RelationName } from './names';
import { isTree, listIn, textIn, treeIn, unwrapNode, type Tree } from './parseTree';

/** A CREATE INDEX or VACUUM, as far as it decides how many parallel workers take part. */
export type MaintenanceStatement = CreateIndex | Vacuum;

/** A table as it was named; `alone` if ONLY was written, which leaves its partitions and children out. */
export interface MaintainedRelation extends RelationName {
  readonly alone: boolean;
}

export interface CreateIndex {
  readonly kind: 'createIndex';
  readonly relation: MaintainedRelation;
  /** The access method, as PostgreSQL folds it; `btree` if none was written. */
  readonly method: string;
  /** The texts of the indexed expressions and of the predicate; null if they could not be told from the rest. */
  readonly expressions: readonly string[] | null;
  /** The functions called by name in them. */
  readonly functions: readonly FunctionName[];
}

export interface Vacuum {
  readonly kind: 'vacuum';
  /** Empty for every table of the database. */
  readonly relations: readonly MaintainedRelation[];
  /** What follows PARALLEL; null if it was not written; `invalid` for what the server refuses. */
  readonly parallel: number | 'invalid' | null;
  readonly full: boolean;
  /** What INDEX_CLEANUP says; null if it was not written. Only `off` keeps VACUUM from the indexes. */
  readonly indexCleanup: 'off' | 'other' | null;
  /** False for PROCESS_MAIN false: only the TOAST table is vacuumed. */
  readonly processMain: boolean;
}

/** Null for any other statement. `sql` is the text of the tree that `fields` is a node of. */
export function maintenanceStatement(
  type: string,
  fields: Tree,
  sql: string,
  functions: readonly FunctionName[],
): MaintenanceStatement | null {
  if (type === 'IndexStmt') {
    return {
      kind: 'createIndex',
      relation: relationIn(fields),
      method: textIn(fields, 'accessMethod') ?? 'btree',
      expressions: indexExpressions(sql, elementsIn(fields), fields['whereClause'] !== undefined),
      functions,
    };
  }
  return type === 'VacuumStmt' && fields['is_vacuumcmd'] === true ? vacuum(fields) : null;
}

function vacuum(fields: Tree): Vacuum {
  const options = new Map<string, Tree>();
  for (const item of listIn(fields, 'options')) {
    const option = unwrapNode(item).fields;
    // As in ExecVacuum of vacuum.c, the last one of a name counts.
    options.set(textIn(option, 'defname') ?? '', option);
  }
  const indexCleanup = options.get('index_cleanup');
  const processMain = options.get('process_main');
  const full = options.get('full');
  return {
    kind: 'vacuum',
    relations: listIn(fields, 'rels').flatMap(item => {
      const { fields: rel } = unwrapNode(item);
      return rel['relation'] === undefined ? [] : [relationIn(rel)];
    }),
    parallel: parallelOf(options.get('parallel')),
    full: full !== undefined && isOn(full),
    indexCleanup: indexCleanup === undefined ? null : isOn(indexCleanup) || isAuto(indexCleanup) ? 'other' : 'off',
    processMain: processMain === undefined || isOn(processMain),
  };
}

/** For each indexed column, whether it is an expression. */
function elementsIn(fields: Tree): readonly boolean[] {
  return listIn(fields, 'indexParams').map(item => unwrapNode(item).fields['expr'] !== undefined);
}

function relationIn(fields: Tree): MaintainedRelation {
  const relation = treeIn(fields, 'relation');
  return {
    schema: textIn(relation, 'schemaname'),
    name: textIn(relation, 'relname') ?? '',
    alone: relation['inh'] !== true,
  };
}

/** ExecVacuum takes whole numbers from 0 to 1024 (MAX_PARALLEL_WORKER_LIMIT), and no text. */
function parallelOf(option: Tree | undefined): Vacuum['parallel'] {
  if (option === undefined) {
    return null;
  }
  const value = unwrapNode(option['arg']);
  if (value.type !== 'Integer') {
    return 'invalid';
  }
  // A zero is left out of the tree.
  const number = value.fields['ival'] ?? 0;
  return typeof number === 'number' && number >= 0 && number <= 1024 ? number : 'invalid';
}

/** defGetBoolean of define.c; what it refuses counts as off. */
function isOn(option: Tree): boolean {
  const value = unwrapNode(option['arg']);
  if (!isTree(option['arg'])) {
    return true;
  }
  return value.type === 'Integer'
    ? value.fields['ival'] === 1
    : ['true', 'on'].includes((textIn(value.fields, 'sval') ?? '').toLowerCase());
}

function isAuto(option: Tree): boolean {
  return textIn(unwrapNode(option['arg']).fields, 'sval')?.toLowerCase() === 'auto';
}
