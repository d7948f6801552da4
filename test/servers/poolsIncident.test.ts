import assert from 'node:assert/strict';
import type { Client } from 'pg';
import { Consoles } from '../../src/connection/consoles';
import type { Profile } from '../../src/connection/profile';
import { Sessions } from '../../src/connection/sessions';
import { incidentMarkdown } from '../../src/pools/incident';
import { readIncident, type IncidentServices } from '../../src/pools/readIncident';
import { defaultThresholds } from '../../src/pools/thresholds';
import { connect } from '../lab/connect';
import { freePort } from '../lab/freePort';
import {
  createHeldTable,
  holdQuery,
  parallelSettings,
  untilWorkers,
  workersSleep,
  type HeldQuery,
} from '../lab/heldQueries';
import { consolesUnderTest } from '../lab/matrix';
import type { PgBouncerServer } from '../lab/pgbouncer';
import type { PostgresServer } from '../lab/postgres';
import { failOnUnhandledRejection, never, Passwords, profileOf, rejection, until } from './connectionFixture';
import { consoleOf, labClient, noConnectionLeft } from './consoleFixture';
import { suiteServers } from './serverFixture';

const password = 'secret';
const hostile = '</td><script>x</script>|`\u202e';

for (const release of consolesUnderTest) {
  describe(`pools: incident snapshot of a ${release} PgBouncer`, function () {
    this.timeout(120_000);
    failOnUnhandledRejection();
    const servers = suiteServers();
    const consoles = new Consoles(new Passwords(password));
    const sessions = new Sessions(new Passwords(password));
    const clients: Client[] = [];
    let server: PostgresServer;
    let pooler: PgBouncerServer;
    let held: HeldQuery;
    let console: Profile;

    before('an overloaded pool', async () => {
      server = await servers.postgres({
        major: 18,
        superuserPassword: password,
        settings: { log_statement: 'all', log_line_prefix: '[%a] ' },
      });
      await createHeldTable(server);
      const superuser = await servers.superuser(server);
      await superuser.query('CREATE EXTENSION pg_stat_statements');
      await superuser.query('CREATE TABLE stock AS SELECT 1 AS id');
      pooler = await servers.pgBouncer({
        postgres: server,
        poolMode: 'transaction',
        release,
        settings: { default_pool_size: '2' },
      });
      console = consoleOf(pooler, { name: 'pooler | one', label: 'production' });
      servers.atEnd(() => noConnectionLeft(pooler, password));
      servers.atEnd(() => consoles.dispose());
      servers.atEnd(() => sessions.dispose());
      servers.atEnd(async () => {
        await Promise.all(clients.map(client => client.end()));
      });
      held = await holdQuery({ server, settings: parallelSettings(2) }, workersSleep);
      servers.atEnd(() => held.release());
      await untilWorkers(server, held.pid, 2);

      const [holder, blocked, waiter] = [await through('holder'), await through('blocked'), await through(hostile)];
      await holder.query("BEGIN; UPDATE stock SET id = 2 /* password='hunter2' */");
      const update = blocked.query('UPDATE stock SET id = 3');
      await until('somebody is blocked', async () => {
        const { rows } = await superuser.query("SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
        return rows.length === 1;
      });
      const waiting = waiter.query('SELECT 1');
      const look = await labClient(pooler, password);
      await until('somebody waits', async () => {
        const { rows } = await look.query<Record<string, unknown>>('SHOW CLIENTS');
        return rows.some(({ state }) => state === 'waiting');
      });
      await look.end();
      servers.atEnd(async () => {
        await holder.query('ROLLBACK');
        await Promise.all([update, waiting]);
      });
    });

    async function through(application: string): Promise<Client> {
      const client = await connect({ ...pooler, database: 'postgres', user: 'postgres', password });
      clients.push(client);
      await client.query("SELECT set_config('application_name', $1, false)", [application]);
      return client;
    }

    function services(postgres: Profile | null): IncidentServices {
      return {
        consoles,
        sessions,
        nowMs: Date.now,
        postgresOf: database => (database === 'postgres' ? postgres : null),
        thresholds: defaultThresholds,
        locale: 'en',
      };
    }

    const redact = (sql: string): string => sql.replace(/'hunter2'/g, '***');

    async function markdown(postgres: Profile | null): Promise<string> {
      return incidentMarkdown(await readIncident(services(postgres), console, never), { redact, locale: 'en' });
    }

    it('tells who waits, who is in the way, and what is used up', async () => {
      const text = await markdown(profileOf(server, { name: 'direct' }));
      const part = (title: string): string => text.split(/^(?=##)/m).find(one => one.startsWith(title)) ?? '';
      assert.match(text, /^# PgBouncer production: pooler &#124; one\n/);
      assert.ok(text.includes(`- PgBouncer ${pooler.version} at 127.0.0.1:${String(pooler.port)}, `));
      assert.match(part('## Pools'), /^\| postgres \| postgres \| transaction \| 1 \| .*pool full/m);
      assert.match(
        part('## Waiting clients'),
        /^\| postgres \| postgres \| &#60;\/td&#62;&#60;script&#62;x.* 127\.0\.0\.1:\d+ /m,
      );
      assert.equal(rowsOf(part('## Waiting clients')), 1);
      const inUse = part('## Server connections in use');
      assert.equal(rowsOf(inUse), 2);
      assert.match(inUse, /\| holder \| 127\.0\.0\.1:\d+ \| \d+ \| .*idle in transaction, for /);
      assert.match(inUse, /\| blocked \| .*UPDATE stock SET id = 3 \|/);
      const blockers = part('### Who blocks');
      assert.match(
        blockers,
        /^\*\*Process \d+ blocks 1 session\*\*: .*application holder, client 127\.0\.0\.1:\d+ of PgBouncer;/m,
      );
      assert.match(
        blockers,
        /Its last statement:\n\n```sql\nBEGIN; UPDATE stock SET id = 2 \/\* password=\*\*\* \*\/\n```/,
      );
      assert.match(part('### Slots in use'), /2 of 8 parallel workers/);
      assert.match(part('### Top statements'), /^\| .* \| UPDATE stock SET id = \\?&?.*\|$/m);
      assert.ok(!text.includes('hunter2'));
      assert.ok(!text.includes('<script'));
      assert.ok(!text.includes('\u202e'));
    });

    it('only reads, at the console and at PostgreSQL', async () => {
      const look = await labClient(pooler, password);
      const witness = await servers.superuser(server);
      const state = async () => ({
        databases: (await look.query('SHOW DATABASES')).rows,
        config: (await look.query('SHOW CONFIG')).rows,
      });
      const wal = async () =>
        (await witness.query<Record<string, string>>('SELECT pg_current_wal_insert_lsn() AS lsn')).rows;
      const before = { ...(await state()), wal: await wal() };
      const logged = (await server.log()).length;
      const commands = (await pooler.log()).length;
      await markdown(profileOf(server));
      assert.deepEqual({ ...(await state()), wal: await wal() }, before);
      const ours = /^\[Planpool\] LOG: {2}(?:execute|statement)[^:]*:\s*(BEGIN READ ONLY|\w+)/gm;
      const words = new Set([...(await server.log()).slice(logged).matchAll(ours)].map(([, word]) => word ?? ''));
      const reading = new Set(['BEGIN READ ONLY', 'SELECT', 'SAVEPOINT', 'RELEASE', 'ROLLBACK']);
      assert.deepEqual(
        [...words].filter(word => !reading.has(word)),
        [],
      );
      assert.ok(words.has('BEGIN READ ONLY') && words.has('SELECT') && words.has('ROLLBACK'));
      assert.ok(!(await pooler.log()).slice(commands).includes('command issued'));
      await look.end();
    });

    it('tells of a PostgreSQL that is down, and of one that is not known', async () => {
      const down = await markdown(profileOf({ host: '127.0.0.1', port: await freePort() }, { name: 'gone' }));
      assert.match(
        down,
        /^## PostgreSQL gone\n\nSaid to be behind postgres\.\n\nNothing answers at 127\.0\.0\.1:\d+\./m,
      );
      assert.match(down, /\| holder \| .* not known /);
      const unknown = await markdown(null);
      assert.match(unknown, /Which PostgreSQL is behind it is not known, so none was asked/);
      assert.ok(!unknown.includes('## PostgreSQL'));
    });

    it('ends when it is cancelled, and when the console does not answer', async () => {
      const cancelled = await rejection(readIncident(services(null), console, AbortSignal.abort()));
      assert.equal((cancelled as Error).name, 'AbortError');
      const nobody = consoleOf({ host: '127.0.0.1', port: await freePort() });
      const failed = await rejection(readIncident(services(null), nobody, never));
      assert.equal((failed as Error).name, 'ConnectFailed');
    });
  });
}

function rowsOf(table: string): number {
  return table.split('\n').filter(line => line.startsWith('| ')).length - 2;
}
