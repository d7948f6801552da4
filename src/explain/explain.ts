import type { TransactionOptions } from '../connection/rolledBack';
import type { Sessions } from '../connection/sessions';
import type { Transaction } from '../connection/transaction';
import { validateOverrides } from '../guc/validate';
import { mayHoldPlan, readPlan } from '../plan/read';
import type { Run } from '../plan/run';
import type { SqlParser } from '../sql/parser';
import { explainFailure } from './failures';
import { analyzeQuestion, volatileFunctions, type AnalyzeQuestion } from './gate';
import type { ExplainReason } from './reasons';
import type { ExplainRequest } from './request';
import { explainInTransaction } from './script';
import type { ServerCatalogues } from './serverCatalogues';
import { readStatement, type ExplainableStatement } from './statement';

/** What explaining needs from the world. */
export interface ExplainServices {
  readonly sessions: Sessions;
  readonly parser: Pick<SqlParser, 'facts'>;
  readonly catalogues: ServerCatalogues;
  /** Asks before a statement is executed that writes, locks or calls a volatile function. No transaction is open meanwhile. */
  readonly confirm: (question: AnalyzeQuestion) => Promise<boolean>;
  readonly now: () => Date;
  readonly newId: () => string;
}

export type ExplainOutcome = { readonly run: Run } | { readonly reason: ExplainReason };

const oldestServerVersion = 130000;
const firstWithGenericPlan = 160000;
const lockTimeoutSeconds = 10;
const idleTimeoutMs = 60_000;

/** Explains one statement under one override set. Rejects for nothing that a user, a server or a network can do. */
export async function explain(
  request: ExplainRequest,
  services: ExplainServices,
  signal: AbortSignal,
): Promise<ExplainOutcome> {
  const { profile } = request;
  if (profile.kind === 'pgbouncer') {
    return { reason: { tag: 'consoleProfile', profile } };
  }
  const statement = await readStatement(request.text, request.analyze, services.parser, signal);
  if ('tag' in statement) {
    return { reason: statement };
  }
  const startedAt = services.now();
  try {
    return await explainStatement(request, statement, services, signal);
  } catch (error) {
    const elapsedSeconds = (services.now().getTime() - startedAt.getTime()) / 1000;
    return { reason: explainFailure(error, statement, request, { elapsedSeconds, lockTimeoutSeconds }) };
  }
}

async function explainStatement(
  request: ExplainRequest,
  statement: ExplainableStatement,
  services: ExplainServices,
  signal: AbortSignal,
): Promise<ExplainOutcome> {
  const { profile, overrideSet } = request;
  const { analyze } = statement;
  const inTransaction = <T>(
    options: Pick<TransactionOptions, 'readOnly' | 'overrides'>,
    work: (tx: Transaction) => Promise<T>,
    afterwards: 'keep' | 'discard',
  ) => {
    const statementTimeoutMs = request.statementTimeoutSeconds * 1000;
    const all = { ...options, statementTimeoutMs, lockTimeoutMs: lockTimeoutSeconds * 1000, idleTimeoutMs };
    return services.sessions.rolledBack(profile, all, signal, work, afterwards);
  };
  const look = <T>(work: (tx: Transaction) => Promise<T>) =>
    inTransaction({ readOnly: true, overrides: [] }, work, 'keep');

  const { serverVersion, settings } = await services.catalogues.of(profile, look);
  if (serverVersion < oldestServerVersion) {
    return { reason: { tag: 'serverTooOld', serverVersion } };
  }
  const validated = validateOverrides(overrideSet, settings, serverVersion);
  if (!validated.ok) {
    return { reason: { tag: 'overrides', setName: overrideSet.name, reasons: validated.reasons } };
  }
  const { facts } = statement;
  let readOnly = !request.mayWrite;
  if (analyze && facts && readOnly) {
    const question = analyzeQuestion({ ...facts, volatileFunctions: await look(tx => volatileFunctions(tx, facts)) });
    if (question) {
      if (!(await services.confirm(question))) {
        return { reason: { tag: 'declined' } };
      }
      readOnly = false;
    }
  }

  const generic = statement.parameters.length > 0;
  // The generic plan is what the run is about, so it comes after what the set may say of plan_cache_mode.
  const overrides = generic
    ? [...validated.overrides, { name: 'plan_cache_mode', value: 'force_generic_plan' }]
    : validated.overrides;
  const startedAt = services.now().toISOString();
  // Session locks outlive a rollback, so after something was executed the session goes.
  const explained = await inTransaction(
    { readOnly, overrides },
    tx => explainInTransaction(tx, statement),
    analyze ? 'discard' : 'keep',
  );
  const reading = mayHoldPlan(explained.json) ? null : readPlan(explained.json);
  if (reading?.ok === false) {
    return { reason: { tag: 'planUnreadable', sentence: reading.sentence } };
  }
  const run: Run = {
    id: services.newId(),
    sql: statement.sql,
    connection: profile.name,
    database: profile.database,
    serverVersion,
    overrideSet: overrideSet.name,
    overrides: validated.overrides,
    analyze,
    generic,
    pruningUnknown: generic && serverVersion < firstWithGenericPlan,
    startedAt,
    warnings: explained.warnings,
    json: explained.json,
  };
  return { run };
}
