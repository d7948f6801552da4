import { formatCount } from '../plan/figures';
import type { MaintenanceStatement } from '../sql/maintenance';
import { indexBuildWorkers, type WorkerCount } from './indexBuildWorkers';
import type { MaintenanceFacts, MaintenanceRequest } from './maintenanceFacts';
import { vacuumSwitchedOff, vacuumWorkers } from './vacuumWorkers';

/** What the statement would ask for on one table. */
export interface WorkerAnswer {
  /** As SQL needs it; the database for a VACUUM that names no table. */
  readonly relation: string;
  /** How many it asks for; null when that cannot be told, or the statement would fail. */
  readonly workers: number | null;
  /** Names the limit that binds. Free slots are not part of it. */
  readonly sentence: string;
}

/** One answer for every table, or for every partition, most workers first; never empty. */
export function maintenanceWorkers(
  statement: MaintenanceStatement,
  facts: MaintenanceFacts,
  locale: string,
): readonly WorkerAnswer[] {
  const refused = refusal(statement);
  return facts.requests.flatMap(request => {
    const relation = request.relation ?? facts.database;
    const problem = refused ?? problemOf(request, statement, facts);
    if (problem !== null) {
      return [{ relation, workers: null, sentence: problem }];
    }
    const answers = request.tables.map(table => {
      const count =
        statement.kind === 'createIndex'
          ? indexBuildWorkers(statement, table, facts, locale)
          : vacuumWorkers(statement, table, facts, locale);
      return { relation: table.name, workers: count.workers, sentence: sentenceOf(count, facts, locale) };
    });
    answers.sort((a, b) => (b.workers ?? 0) - (a.workers ?? 0));
    return request.relation === null ? ofDatabase(answers, statement, facts) : answers;
  });
}

/** What the server refuses whatever the table is (`ExecVacuum` in vacuum.c). */
function refusal(statement: MaintenanceStatement): string | null {
  if (statement.kind === 'createIndex' || statement.parallel === null) {
    return null;
  }
  if (statement.parallel === 'invalid') {
    return 'PARALLEL takes a whole number from 0 to 1024; PostgreSQL refuses this statement.';
  }
  return statement.full && statement.parallel > 0
    ? 'VACUUM FULL cannot be performed in parallel; PostgreSQL refuses it together with PARALLEL.'
    : null;
}

function problemOf(
  request: MaintenanceRequest,
  statement: MaintenanceStatement,
  facts: MaintenanceFacts,
): string | null {
  const { relation, found, tables } = request;
  if (relation === null) {
    return null;
  }
  switch (found) {
    case 'missing':
      return `There is no table ${relation} in the database ${facts.database} that ${facts.user} could find.`;
    case 'noTable':
      return `${relation} is not a table.`;
    case 'table': {
      const why =
        statement.kind === 'createIndex' && statement.relation.alone
          ? 'ONLY leaves its partitions out'
          : 'it has no partitions';
      return tables.length === 0 ? `No workers: nothing is stored in ${relation} itself, and ${why}.` : null;
    }
  }
}

function sentenceOf({ workers, because }: WorkerCount, facts: MaintenanceFacts, locale: string): string {
  if (workers === null) {
    return `Not known: ${because}`;
  }
  if (workers === 0) {
    return `No workers: ${because}`;
  }
  const count =
    workers === 1
      ? '1 worker, if a slot is free'
      : `${formatCount(workers, locale)} workers, if that many slots are free`;
  return `${count}: ${because}${startable(workers, facts, locale)}`;
}

/** What is asked for does not look at how many can run at all. */
function startable(workers: number, { settings }: MaintenanceFacts, locale: string): string {
  const { parallelWorkers, processes } = settings;
  const most = Math.min(parallelWorkers, processes);
  if (workers <= most) {
    return '';
  }
  const [name, value] =
    parallelWorkers <= processes ? ['max_parallel_workers', parallelWorkers] : ['max_worker_processes', processes];
  const some = most === 0 ? 'None' : `No more than ${formatCount(most, locale)}`;
  return ` ${some} of them can start: ${name} = ${formatCount(value, locale)}.`;
}

/** Of a whole database, the tables that would get workers; or why none does. */
function ofDatabase(
  answers: readonly WorkerAnswer[],
  statement: MaintenanceStatement,
  { database, settings }: MaintenanceFacts,
): readonly WorkerAnswer[] {
  const some = answers.filter(({ workers }) => workers !== null && workers > 0);
  if (some.length > 0 || statement.kind !== 'vacuum') {
    return some;
  }
  const why = statement.full
    ? `VACUUM FULL copies a table in one process, and no index of ${database} would be rebuilt with workers.`
    : `no table of ${database} has two indexes that can be vacuumed at once and are large enough.`;
  return [{ relation: database, workers: 0, sentence: `No workers: ${vacuumSwitchedOff(statement, settings) ?? why}` }];
}
