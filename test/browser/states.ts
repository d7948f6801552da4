import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { PlanPageState } from '../../src/page/planPage';
import { pageRun } from '../../src/page/planPage';
import { buildPlan } from '../../src/plan/build';
import { decodeExplain } from '../../src/plan/decode';
import type { Plan } from '../../src/plan/model';
import type { Run } from '../../src/plan/run';
import { verdict } from '../../src/plan/verdict';
import { repositoryFolder } from '../lab/repository';

/** Answers of a real PostgreSQL 15, captured: what is odd about each is its name. */
export type Captured = 'analyzed' | 'estimated' | 'fewerLaunched' | 'initPlanBelowGather' | 'neverExecuted';

export function captured(name: Captured): string {
  return readFileSync(path.join(repositoryFolder, 'test', 'browser', 'fixtures', `${name}.json`), 'utf8');
}

export function planOf(json: string): Plan {
  const decoded = decodeExplain(json);
  if (!decoded.ok) {
    throw new Error(decoded.sentence);
  }
  return buildPlan(decoded.value);
}

/** A state of the page as the host would send it for an answer of EXPLAIN. */
export function stateOf(json: string, changes: Partial<PlanPageState> = {}, ofRun: Partial<Run> = {}): PlanPageState {
  const plan = planOf(json);
  const run: Run = {
    id: 'run-1',
    sql: 'SELECT 1',
    connection: 'local',
    database: 'shop',
    serverVersion: 180004,
    overrideSet: 'Server defaults',
    overrides: [],
    analyze: plan.analyzed,
    generic: false,
    pruningUnknown: false,
    startedAt: '2026-01-01T00:00:00.000Z',
    warnings: [],
    plan,
    json,
    ...ofRun,
  };
  return {
    run: pageRun(run),
    verdict: verdict(run),
    overrideSets: ['Server defaults', 'Serial', 'Eager', 'Eight cores'],
    chosenOverrideSet: run.overrideSet,
    running: false,
    failure: null,
    ...changes,
  };
}
