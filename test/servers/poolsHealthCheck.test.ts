import assert from 'node:assert/strict';
import { Consoles } from '../../src/connection/consoles';
import type { Profile } from '../../src/connection/profile';
import { Sessions } from '../../src/connection/sessions';
import { checkHealth, type HealthServices, type HealthTargets, type LayerResult } from '../../src/pools/healthCheck';
import { freePort } from '../lab/freePort';
import { consolesUnderTest } from '../lab/matrix';
import type { PgBouncerServer } from '../lab/pgbouncer';
import type { PostgresServer } from '../lab/postgres';
import { failOnUnhandledRejection, never, Passwords, profileOf, rejection, until } from './connectionFixture';
import { consoleOf, labClient, noConnectionLeft } from './consoleFixture';
import { startFaultyProxy } from './faultyProxy';
import { suiteServers } from './serverFixture';

const password = 'secret';

const clock = {
  now: () => performance.now(),
  after: (delayMs: number, callback: () => void) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

for (const release of consolesUnderTest) {
  describe(`pools: health check of a ${release} PgBouncer`, function () {
    this.timeout(120_000);
    failOnUnhandledRejection();
    const servers = suiteServers();
    const opened: { dispose(): Promise<void> }[] = [];
    let server: PostgresServer;
    let other: PostgresServer;
    let pooler: PgBouncerServer;

    before(async () => {
      server = await servers.postgres({ major: 18, superuserPassword: password });
      other = await servers.postgres({ major: 13, superuserPassword: password });
      pooler = await startPooler(server);
    });
    afterEach('nothing is left', async () => {
      await noConnectionLeft(pooler, password);
      await Promise.all(opened.splice(0).map(one => one.dispose()));
      await until('no client of the pool is left', async () => (await clientsOf(pooler)) === 0);
    });

    function startPooler(postgres: PostgresServer, settings: Readonly<Record<string, string>> = {}) {
      const users = { postgres: password, guest: password };
      return servers.pgBouncer({ postgres, poolMode: 'transaction', release, users, settings });
    }

    /** With passwords of its own: nothing is known of what another check was told. */
    function services(passwords = new Passwords(password), fields: Partial<HealthServices> = {}): HealthServices {
      const [consoles, sessions] = [new Consoles(passwords), new Sessions(passwords)];
      opened.push(consoles, sessions);
      return { consoles, sessions, clock, locale: 'en', timeoutMs: 3000, mayAsk: false, ...fields };
    }

    function targets(fields: Partial<HealthTargets> = {}): HealthTargets {
      return { console: consoleOf(pooler), pooled: pooled(pooler), postgres: profileOf(server), ...fields };
    }

    it('is good from the outside in', async () => {
      const results = await all(checkHealth(services(), targets(), never));
      assert.deepEqual(shape(results), ['reach good', 'login good', 'state good', 'pool good', 'postgres good']);
      assert.match(results[2]!.sentence, new RegExp(`^PgBouncer ${pooler.version.replaceAll('.', '\\.')} `));
      assert.match(results[4]!.sentence, /^PostgreSQL 18\S* answers, and it is the one behind postgres\/postgres\.$/);
      assert.ok(results.every(({ ms }) => ms !== null && ms >= 0 && ms < 3000));
    });

    it('tells each layer before the next is tried', async () => {
      const layers: string[] = [];
      for await (const { layer } of checkHealth(services(), targets(), never)) {
        layers.push(layer);
        if (layer === 'state') {
          break;
        }
      }
      assert.deepEqual(layers, ['reach', 'login', 'state']);
    });

    it('knows another server than the one behind the pool', async () => {
      const results = await all(checkHealth(services(), targets({ postgres: profileOf(other) }), never));
      assert.deepEqual(shape(results).slice(3), ['pool good', 'postgres bad']);
      assert.match(
        results[4]!.sentence,
        /^PostgreSQL 13\S* answers, but it is not the one behind postgres\/postgres\./,
      );
    });

    it('goes on without a pool and a server, and says what to add', async () => {
      const results = await all(checkHealth(services(), targets({ pooled: null, postgres: null }), never));
      assert.deepEqual(shape(results).slice(3), ['pool not tried', 'postgres not tried']);
      assert.match(results[3]!.sentence, new RegExp(`Add one with host 127.0.0.1, port ${String(pooler.port)}`));
    });

    for (const command of ['PAUSE', 'PAUSE postgres']) {
      it(`says within its time that a pool is paused (${command})`, async () => {
        const console = await labClient(pooler, password);
        try {
          await console.query(command);
          const results = await all(checkHealth(services(undefined, { timeoutMs: 500 }), targets(), never));
          const [, , state, pool, postgres] = results;
          assert.equal(pool?.ok, false);
          // Before 1.19 the console does not tell that all of it is paused.
          const isKnown = command !== 'PAUSE' || release !== 'bookworm';
          assert.equal(state?.ok, !isKnown, state?.sentence);
          if (isKnown) {
            assert.match(
              pool.sentence,
              /^Nothing gets through postgres\/postgres: (all of PgBouncer|postgres) is paused\./,
            );
            assert.equal(await clientsOf(pooler), 0, 'a query was sent and waits now');
          } else {
            assert.equal(pool.ms, 500);
            assert.match(
              pool.sentence,
              /^No answer through postgres\/postgres within 500\sms: .* paused, which 1\.18\.0 does not/,
            );
            assert.match(pool.sentence, /in its queue until it is served or query_wait_timeout \(2\smin\) is over\.$/);
          }
          assert.equal(postgres?.ok, true, postgres?.sentence);
        } finally {
          await console.query(command.replace('PAUSE', 'RESUME'));
          await console.end();
        }
        const after = await all(checkHealth(services(), targets(), never));
        assert.ok(after.every(({ ok }) => ok === true));
      });
    }

    it('says that a pool is full', async () => {
      const small = await startPooler(server, { default_pool_size: '1' });
      const holder = await labClient(small, password, 'postgres');
      try {
        await holder.query('BEGIN');
        const full = { ...targets(), console: consoleOf(small), pooled: pooled(small) };
        const results = await all(checkHealth(services(undefined, { timeoutMs: 500 }), full, never));
        assert.deepEqual(shape(results), ['reach good', 'login good', 'state good', 'pool bad', 'postgres good']);
        assert.match(results[3]!.sentence, /within 500\sms: pool full: .*\. PgBouncer keeps it in its queue/);
      } finally {
        await holder.query('ROLLBACK');
        await holder.end();
      }
      await noConnectionLeft(small, password);
      await small.stop();
    });

    it('says that PostgreSQL is down', async () => {
      const gone = profileOf({ host: '127.0.0.1', port: await freePort() });
      const orphan = await startPooler({ ...server, port: gone.port });
      const results = await all(
        checkHealth(
          services(undefined, { timeoutMs: 1000 }),
          { console: consoleOf(orphan), pooled: pooled(orphan), postgres: gone },
          never,
        ),
      );
      assert.deepEqual(shape(results), ['reach good', 'login good', 'state good', 'pool bad', 'postgres bad']);
      assert.match(results[4]!.sentence, /^Nothing answers at 127\.0\.0\.1:/);
      await until('the console is left', async () => (await clientsOf(orphan, 'pgbouncer')) === 0);
      await orphan.stop();
    });

    it('says that PgBouncer is down, and still asks PostgreSQL', async () => {
      const nobody = { host: '127.0.0.1', port: await freePort() };
      const down = { console: consoleOf(nobody), pooled: pooled(nobody), postgres: profileOf(server) };
      const results = await all(checkHealth(services(), down, never));
      assert.deepEqual(shape(results), [
        'reach bad',
        'login not tried',
        'state not tried',
        'pool not tried',
        'postgres good',
      ]);
      assert.match(results[0]!.sentence, /^Nothing answers at 127\.0\.0\.1:/);
      assert.match(results[4]!.sentence, /Whether it is the one behind the pool cannot be told/);
    });

    it('says which password is wrong, and asks for none unless it may', async () => {
      const passwords = new Passwords('wrong');
      const results = await all(checkHealth(services(passwords), targets(), never));
      assert.equal(results[1]?.ok, false);
      assert.match(results[1].sentence, /refused the password of postgres|asks for the password of postgres/);
      assert.equal(results[2]?.ok, null);
      assert.deepEqual(passwords.questions, []);
    });

    it('asks for a password in the user’s own time, and measures without it', async () => {
      const passwords = new (class extends Passwords {
        override async ask(...given: Parameters<Passwords['ask']>) {
          await new Promise(resolve => setTimeout(resolve, 700));
          return super.ask(...given);
        }
      })(null, password);
      const results = await all(checkHealth(services(passwords, { timeoutMs: 500, mayAsk: true }), targets(), never));
      assert.deepEqual(shape(results), ['reach good', 'login good', 'state good', 'pool good', 'postgres good']);
      assert.deepEqual(passwords.questions, ['needed']);
      assert.ok((results[1]?.ms ?? Infinity) < 500);
    });

    it('says that a question for a password was dismissed', async () => {
      const passwords = new Passwords(null);
      const results = await all(checkHealth(services(passwords, { mayAsk: true }), targets({ postgres: null }), never));
      assert.deepEqual(shape(results).slice(1, 4), ['login bad', 'state not tried', 'pool bad']);
      assert.match(results[1]!.sentence, /asks for the password/);
    });

    it('is not let in as somebody who may not use the console', async () => {
      const strict = await startPooler(server, { admin_users: 'postgres', stats_users: 'postgres' });
      const results = await all(
        checkHealth(
          services(),
          { ...targets(), console: consoleOf(strict, { user: 'guest' }), pooled: pooled(strict) },
          never,
        ),
      );
      assert.deepEqual(shape(results), ['reach good', 'login bad', 'state not tried', 'pool good', 'postgres good']);
      assert.match(results[1]!.sentence, /guest may not use the console|not allowed/);
      await noConnectionLeft(strict, password);
      await strict.stop();
    });

    it('gives a deaf PgBouncer its time and not more', async () => {
      const proxy = await startFaultyProxy(pooler);
      servers.atEnd(() => proxy.stop());
      proxy.mood = 'deaf';
      const deaf = { console: consoleOf(proxy), pooled: pooled(proxy), postgres: null };
      const startedMs = performance.now();
      const results = await all(checkHealth(services(undefined, { timeoutMs: 300 }), deaf, never));
      assert.deepEqual(shape(results), [
        'reach good',
        'login bad',
        'state not tried',
        'pool bad',
        'postgres not tried',
      ]);
      assert.match(results[1]!.sentence, /^No answer from 127\.0\.0\.1:\d+ within 300\sms\.$/);
      assert.ok(performance.now() - startedMs < 2000);
    });

    it('looks with a new login although there is a session already', async () => {
      const ours = services();
      (await ours.sessions.lease(pooled(pooler), never)).release();
      const before = logins(await pooler.log());
      const results = await all(checkHealth(ours, targets({ postgres: null }), never));
      assert.equal(results[3]?.ok, true);
      assert.equal(logins(await pooler.log()), before + 1);
    });

    it('can be cancelled while it waits', async () => {
      const full = await startPooler(server, { default_pool_size: '1' });
      const holder = await labClient(full, password, 'postgres');
      await holder.query('BEGIN');
      const stop = new AbortController();
      const results: LayerResult[] = [];
      const ended = (async () => {
        const ours = services(undefined, { timeoutMs: 60_000 });
        const theirs = { console: consoleOf(full), pooled: pooled(full), postgres: profileOf(server) };
        for await (const result of checkHealth(ours, theirs, stop.signal)) {
          results.push(result);
        }
      })();
      await until('the query waits', async () => (await clientsOf(full)) > 0);
      const abortedMs = performance.now();
      stop.abort();
      assert.equal(((await rejection(ended)) as Error).name, 'AbortError');
      assert.ok(performance.now() - abortedMs < 1000);
      assert.deepEqual(shape(results), ['reach good', 'login good', 'state good']);
      await until('the console is left', async () => (await clientsOf(full, 'pgbouncer')) === 0);
      await holder.query('ROLLBACK');
      await holder.end();
      await until('the queue is empty', async () => (await clientsOf(full)) === 0);
      await full.stop();
    });

    it('ends at once when it is cancelled before', async () => {
      const error = await rejection(all(checkHealth(services(), targets(), AbortSignal.abort())));
      assert.equal((error as Error).name, 'AbortError');
    });
  });
}

function pooled(endpoint: { readonly host: string; readonly port: number }): Profile {
  return profileOf(endpoint, { name: 'pooled' });
}

/** Clients of ours, those that log in among them. */
async function clientsOf(pooler: PgBouncerServer, of = 'postgres'): Promise<number> {
  const client = await labClient(pooler, password);
  try {
    const { rows } = await client.query<Record<string, unknown>>('SHOW SOCKETS');
    return rows.filter(row => row['type'] === 'C' && row['database'] === of && row['application_name'] === 'Planpool')
      .length;
  } finally {
    await client.end();
  }
}

function logins(log: string): number {
  return log.split('login attempt: db=postgres').length - 1;
}

async function all(results: AsyncIterable<LayerResult>): Promise<readonly LayerResult[]> {
  const collected: LayerResult[] = [];
  for await (const result of results) {
    collected.push(result);
  }
  return collected;
}

function shape(results: readonly LayerResult[]): readonly string[] {
  return results.map(({ layer, ok }) => `${layer} ${ok === null ? 'not tried' : ok ? 'good' : 'bad'}`);
}
