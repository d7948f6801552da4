import { readFileSync } from 'node:fs';
import path from 'node:path';
import { builtInOverrideSets } from '../../src/guc/overrideSets';
import type { PlanPageState, PlanPageStatus } from '../../src/page/planPage';
import type { Plan } from '../../src/plan/model';
import { readPlan } from '../../src/plan/read';
import type { Run } from '../../src/plan/run';
import { repositoryFolder } from '../lab/repository';

/** Answers of a real PostgreSQL 15, captured: what is odd about each is its name. */
export type Captured = 'analyzed' | 'estimated' | 'fewerLaunched' | 'initPlanBelowGather' | 'neverExecuted';

export function captured(name: Captured): string {
  return readFileSync(path.join(repositoryFolder, 'test', 'browser', 'fixtures', `${name}.json`), 'utf8');
}

export function planOf(json: string): Plan {
  const reading = readPlan(json);
  if (!reading.ok) {
    throw new Error(reading.sentence);
  }
  return reading.plan;
}

/** A state of the page as the host would send it for an answer of EXPLAIN. */
export function stateOf(json: string, changes: Partial<PlanPageStatus> = {}, ofRun: Partial<Run> = {}): PlanPageState {
  const run: Run = {
    id: 'run-1',
    sql: 'SELECT 1',
    connection: 'local',
    database: 'shop',
    serverVersion: 180004,
    overrideSet: 'Server defaults',
    overrides: [],
    analyze: json.includes('"Actual Loops"'),
    generic: false,
    pruningUnknown: false,
    startedAt: '2026-01-01T00:00:00.000Z',
    warnings: [],
    json,
    ...ofRun,
  };
  return {
    run,
    status: {
      overrideSets: builtInOverrideSets,
      chosenOverrideSet: run.overrideSet,
      running: false,
      failure: null,
      ...changes,
    },
  };
}
