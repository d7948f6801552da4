import assert from 'node:assert/strict';
import { openSession } from '../../src/connection/openSession';
import { rolledBack } from '../../src/connection/rolledBack';
import type { Transaction } from '../../src/connection/transaction';
import { lookOptions } from '../../src/workers/look';
import { readMaintenanceFacts } from '../../src/workers/maintenanceQuery';
import { maintenanceWorkers } from '../../src/workers/maintenanceWorkers';
import { readMaintenance } from '../../src/workers/maintenanceProgress';
import { readStatements } from '../../src/workers/statementsQuery';
import { superuser } from '../lab/connect';
import { type PostgresServer, startPostgres } from '../lab/postgres';
import { primarySettings, type Standby, startStandby } from '../lab/standby';
import { applicationName, failOnUnhandledRejection, never, noBackendLeft, profileOf, until } from './connectionFixture';

describe('workers: statements and maintenance on a standby', function () {
  this.timeout(60_000);
  failOnUnhandledRejection();
  let primary: PostgresServer;
  let standby: Standby;

  before(async () => {
    primary = await startPostgres({ major: 18, settings: primarySettings });
    standby = await startStandby(primary);
  });

  after(async () => {
    await standby.stop();
    await noBackendLeft(primary);
    await primary.stop();
  });

  async function onStandby<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const session = await openSession(profileOf(standby), null, { connectTimeoutMs: 10_000, applicationName });
    try {
      return await rolledBack(session, lookOptions, never, work);
    } finally {
      await session.close();
    }
  }

  it('reads the statements of the standby, and sends to the primary for the extension', async () => {
    const before = await onStandby(readStatements);
    assert.ok(!before.available);
    assert.match(before.advice.sentence, /This is a standby: run it on the primary\.$/);
    const admin = await superuser(primary);
    await admin.query(before.advice.sql ?? '');
    await admin.query('CREATE TABLE t AS SELECT g AS n FROM generate_series(1, 5000) g');
    await admin.end();
    await until('the standby has followed', () =>
      onStandby(async tx => (await tx.query("SELECT FROM pg_class WHERE relname = 't'")).rows.length === 1),
    );
    const facts = await onStandby(readStatements);
    assert.ok(facts.available && facts.rows.length > 0);
  });

  it('looks at maintenance', async () => {
    assert.deepEqual(await onStandby(readMaintenance), []);
    const statement = {
      kind: 'createIndex',
      relation: { schema: null, name: 't', alone: false },
      method: 'btree',
      expressions: ['(n + 1)'],
      functions: [],
    } as const;
    const [answer] = await onStandby(async tx =>
      maintenanceWorkers(statement, await readMaintenanceFacts(tx, statement), 'en'),
    );
    assert.equal(answer?.workers, 0);
    assert.match(answer.sentence, /is smaller than min_parallel_table_scan_size/);
  });
});
