import type { MochaChoice } from '../suites/runMocha';

/** What whoever starts the editor tells the suite inside it, as environment variables of the extension host. */
export interface SuiteEnvironment {
  /** Where the suite attaches to the window that it runs in. */
  readonly PLANPOOL_TEST_CDP: string;
  /** A `MochaChoice` as JSON. */
  readonly PLANPOOL_TEST_MOCHA: string;
  /** The superuser of the PostgreSQL that the `PG*` variables name. */
  readonly PLANPOOL_TEST_SUPERUSER_PASSWORD: string;
  /** Where screenshots of failures go. */
  readonly PLANPOOL_TEST_FAILURES: string;
}

/** Throws when it is missing: the suite was not started by `test/editor/run.ts`. */
export function suiteVariable(name: keyof SuiteEnvironment): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: start this suite with npm run test:editor.`);
  return value;
}

/** The tests that were asked for. */
export function suiteChoice(): MochaChoice {
  return JSON.parse(suiteVariable('PLANPOOL_TEST_MOCHA')) as MochaChoice;
}
