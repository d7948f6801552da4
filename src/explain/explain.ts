import type { Sessions } from '../connection/sessions';
import type { Transaction } from '../connection/transaction';
import { validateOverrides } from '../guc/validate';
import { mayHoldPlan, readPlan } from '../plan/read';
import type { Run } from '../plan/run';
import type { SqlParser } from '../sql/parser';
import { explainFailure, runFailure } from './failures';
import { analyzeQuestion, type AnalyzeQuestion } from './gate';
import type { ExplainReason } from './reasons';
import type { ExplainRequest } from './request';
import { explainInTransaction, type Explained } from './script';
import type { ServerCatalogues } from './serverCatalogues';
import { readStatement, type ExplainableStatement } from './statement';
import { volatileFunctions } from './volatileFunctions';

/** What explaining needs from the world. */
export interface ExplainServices {
  readonly sessions: Sessions;
  readonly parser: Pick<SqlParser, 'facts'>;
  readonly catalogues: ServerCatalogues;
  /** Asks before a statement is executed that writes, locks or calls a volatile function. No transaction is open meanwhile. */
  readonly confirm: (question: AnalyzeQuestion) => Promise<boolean>;
  /** How long a run waits for a lock of another session. */
  readonly lockTimeoutSeconds: number;
  readonly now: () => Date;
  readonly newId: () => string;
}

export type ExplainOutcome = { readonly run: Run } | { readonly reason: ExplainReason };

const oldestServerVersion = 130000;
const firstWithGenericPlan = 160000;
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
  try {
    return await explainStatement(request, statement, services, signal);
  } catch (error) {
    return { reason: explainFailure(error, profile) };
  }
}

async function explainStatement(
  request: ExplainRequest,
  statement: ExplainableStatement,
  services: ExplainServices,
  signal: AbortSignal,
): Promise<ExplainOutcome> {
  const { profile, overrideSet } = request;
  const { analyze, sql, facts } = statement;
  const limits = {
    statementTimeoutMs: request.statementTimeoutSeconds * 1000,
    lockTimeoutMs: services.lockTimeoutSeconds * 1000,
    idleTimeoutMs,
  };
  /** A transaction that looks something up, without the user's settings. */
  const look = <T>(readOnly: boolean, work: (tx: Transaction) => Promise<T>) =>
    services.sessions.rolledBack(profile, { ...limits, readOnly, searchPath: 'catalog', overrides: [] }, signal, work);

  const { serverVersion, settings } = await services.catalogues.of(profile, work => look(true, work));
  if (serverVersion < oldestServerVersion) {
    return { reason: { tag: 'serverTooOld', serverVersion } };
  }
  const validated = validateOverrides(overrideSet, settings, serverVersion);
  if (!validated.ok) {
    return { reason: { tag: 'overrides', setName: overrideSet.name, reasons: validated.reasons } };
  }
  let readOnly = !request.mayWrite;
  if (analyze && facts && readOnly) {
    const volatile = await look(false, tx => volatileFunctions(tx, { sql, facts }));
    const question = analyzeQuestion({ ...facts, volatileFunctions: volatile });
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
  const startedAt = services.now();
  let explained: Explained;
  try {
    explained = await services.sessions.rolledBack(
      profile,
      { ...limits, readOnly, searchPath: 'session', overrides },
      signal,
      tx => explainInTransaction(tx, statement),
      // Session locks outlive a rollback, so after something was executed the session goes.
      { afterwards: analyze || !readOnly ? 'discard' : 'keep' },
    );
  } catch (error) {
    const elapsedMs = services.now().getTime() - startedAt.getTime();
    return { reason: runFailure(error, profile, statement, { ...limits, elapsedMs, readOnly }) };
  }
  const reading = mayHoldPlan(explained.json) ? null : readPlan(explained.json);
  if (reading?.ok === false) {
    return { reason: { tag: 'planUnreadable', sentence: reading.sentence } };
  }
  const run: Run = {
    id: services.newId(),
    sql,
    connection: profile.name,
    database: profile.database,
    serverVersion,
    overrideSet: overrideSet.name,
    overrides: validated.overrides,
    analyze,
    generic,
    pruningUnknown: generic && serverVersion < firstWithGenericPlan,
    startedAt: startedAt.toISOString(),
    warnings: explained.warnings,
    json: explained.json,
  };
  return { run };
}
