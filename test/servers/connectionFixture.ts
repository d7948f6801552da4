import assert from 'node:assert/strict';
import { Cancelled } from '../../src/connection/errors';
import type { PasswordSource } from '../../src/connection/passwordSource';
import type { Profile } from '../../src/connection/profile';
import type { TransactionOptions } from '../../src/connection/rolledBack';
import { superuser } from '../lab/connect';
import type { PostgresServer } from '../lab/postgres';

/** Every session of these tests calls itself so, and is looked for by it. */
export const applicationName = 'Planpool connection tests';

export const readOnly: TransactionOptions = {
  readOnly: true,
  searchPath: 'session',
  overrides: [],
  statementTimeoutMs: 0,
  lockTimeoutMs: 0,
  idleTimeoutMs: 0,
};

export const never = new AbortController().signal;

export function profileOf(
  endpoint: { readonly host: string; readonly port: number },
  fields: Partial<Profile> = {},
): Profile {
  return {
    name: 'test',
    kind: 'postgresql',
    label: null,
    host: endpoint.host,
    port: endpoint.port,
    database: 'postgres',
    user: 'postgres',
    sslmode: 'disable',
    sslrootcert: null,
    pooling: 'unknown',
    source: 'setting',
    ...fields,
  };
}

/** A user who answers with these passwords, one after the other, and then dismisses the question. */
export class Passwords implements PasswordSource {
  readonly questions: ('needed' | 'wrong')[] = [];
  forgotten = 0;
  readonly #answers: string[];
  #known: string | null;

  constructor(known: string | null, ...answers: string[]) {
    this.#known = known;
    this.#answers = answers;
  }

  async get(): Promise<string | null> {
    return this.#known;
  }

  async ask(_profile: Profile, why: 'needed' | 'wrong'): Promise<string | undefined> {
    this.questions.push(why);
    const answer = this.#answers.shift();
    this.#known = answer ?? this.#known;
    return answer;
  }

  async forget(): Promise<void> {
    this.forgotten += 1;
    this.#known = null;
  }
}

/** Fails the suite at its end when a promise was rejected with nobody there to see it. */
export function failOnUnhandledRejection(): void {
  const unhandled: unknown[] = [];
  const remember = (reason: unknown): void => void unhandled.push(reason);
  before(() => process.on('unhandledRejection', remember));
  after(() => {
    process.off('unhandledRejection', remember);
    assert.deepEqual(unhandled, []);
  });
}

/** Waits until the question is answered with yes; a state is polled for, never slept for. */
export async function until(what: string, answer: () => Promise<boolean>, limitMs = 10_000): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await answer())) {
    if (Date.now() > deadline) {
      throw new Error(`Not within ${limitMs} ms: ${what}`);
    }
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

export interface Backend {
  readonly pid: number;
  readonly state: string;
  readonly query: string;
}

/** The backends that work for our sessions, asked over a connection of the lab's own. */
export async function backends(server: PostgresServer): Promise<readonly Backend[]> {
  const client = await superuser(server);
  try {
    const { rows } = await client.query<Backend>(
      `SELECT pid, state, query FROM pg_stat_activity
        WHERE backend_type IN ('client backend', 'parallel worker') AND application_name <> 'planpool lab'
          AND pid <> pg_backend_pid()`,
    );
    return rows;
  } finally {
    await client.end();
  }
}

/** No session of ours is left at the server. */
export async function noBackendLeft(server: PostgresServer): Promise<void> {
  await until('every backend is gone', async () => (await backends(server)).length === 0);
}

/** The backends that are left are idle and outside of a transaction, as a pool keeps them. */
export async function onlyIdleBackends(server: PostgresServer): Promise<void> {
  await until('every backend is idle', async () => (await backends(server)).every(({ state }) => state === 'idle'));
}

export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    value => assert.fail(`Resolved with ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
}

export function assertCancelled(error: unknown): void {
  assert.ok(error instanceof Cancelled, `not Cancelled but ${String(error)}`);
}
