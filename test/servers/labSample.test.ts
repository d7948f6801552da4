import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Client } from 'pg';
import { splitStatements } from '../../src/sql/statements';
import { connect, superuser } from '../lab/connect';
import { startPostgres, type PostgresServer } from '../lab/postgres';
import { createSampleDatabase, sampleFolder } from '../lab/sampleData';

const workspace = path.join(sampleFolder, 'workspace');
const password = "it's a password";

interface Claim {
  readonly sql: string;
  /** What the comment above the statement says before its colon: `Stays serial`, `No plan`, or a node that must be there. */
  readonly node: string;
  readonly title: string;
}

function claimsOf(file: string): readonly Claim[] {
  const text = readFileSync(path.join(workspace, file), 'utf8');
  return splitStatements(text).map(({ start, end }) => {
    const comment = /(?:^|\n)-- ([^\n:]+): ([^\n]+)\n(?:--[^\n]*\n)*$/.exec(text.slice(0, start));
    assert.ok(comment?.[1] && comment[2], `${file}: no comment says what to expect of ${text.slice(start, end)}`);
    return { sql: text.slice(start, end), node: comment[1], title: comment[2] };
  });
}

const files = readdirSync(workspace).sort();
const claims = new Map(files.map(file => [file, claimsOf(file)]));

describe('lab: sample data', () => {
  let server: PostgresServer;
  let client: Client;

  before(async function () {
    this.timeout(120_000);
    server = await startPostgres({ major: 18, auth: 'scram-sha-256', superuserPassword: 'other' });
    const { database, user } = await createSampleDatabase(server, password);
    client = await connect({ host: server.host, port: server.port, database, user, password });
  });
  after(async () => {
    await client?.end();
    await server?.stop();
  });

  async function explain(sql: string): Promise<string> {
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`);
    return rows.map(row => row['QUERY PLAN']).join('\n');
  }

  it('has a file for every kind of operation, each with statements', () => {
    assert.deepEqual(files, [
      '01-scan.sql',
      '02-aggregate.sql',
      '03-join.sql',
      '04-partitions.sql',
      '05-index.sql',
      '06-functions.sql',
      '07-maintenance.sql',
      '08-serial.sql',
    ]);
    for (const [file, { length }] of claims) assert.ok(length >= 3, file);
  });

  for (const [file, statements] of claims) {
    for (const { sql, node, title } of statements) {
      if (node === 'No plan') {
        it(`${file}: no plan: ${title}`, async () => {
          const answer = await explain(sql).catch((error: unknown) => String(error));
          assert.match(answer, /^(?:error: syntax error at or near|Utility statements have no plan structure)/);
        });
      } else if (node === 'Stays serial') {
        it(`${file}: stays serial: ${title}`, async () => assert.doesNotMatch(await explain(sql), /Gather|Parallel/));
      } else {
        it(`${file}: ${node}: ${title}`, async () => {
          const plan = await explain(sql);
          assert.match(plan, /Gather/);
          const named = plan.split('\n').some(line => line.replace(/^ *(?:-> {2})?/, '').startsWith(node));
          assert.ok(named, `no ${node} in\n${plan}`);
        });
      }
    }
  }

  it('shows every operation that its files are about', () => {
    const nodes = (file: string): readonly string[] => (claims.get(file) ?? []).map(claim => claim.node);
    assert.ok(nodes('01-scan.sql').every(node => node === 'Parallel Seq Scan'));
    assert.ok(
      ['Partial Aggregate', 'Finalize GroupAggregate', 'Gather Merge'].every(node =>
        nodes('02-aggregate.sql').includes(node),
      ),
    );
    assert.ok(nodes('03-join.sql').includes('Parallel Hash Join'));
    assert.ok(nodes('04-partitions.sql').every(node => node === 'Parallel Append'));
    for (const node of ['Parallel Index Only Scan', 'Parallel Index Scan', 'Parallel Bitmap Heap Scan']) {
      assert.ok(nodes('05-index.sql').includes(node), node);
    }
    assert.ok(nodes('08-serial.sql').every(node => node === 'Stays serial'));
    assert.ok(nodes('08-serial.sql').length >= 12);
  });

  it('is plain EXPLAIN under the default settings that leads to these plans', async () => {
    const { rows } = await client.query(
      `SELECT name FROM pg_settings WHERE category LIKE 'Query Tuning%' AND setting <> boot_val`,
    );
    assert.deepEqual(rows, []);
  });

  it('belongs to a role that is no superuser and needs its password', async () => {
    const { rows } = await client.query(
      `SELECT r.rolsuper OR r.rolcreaterole OR r.rolreplication AS mighty, d.datdba = r.oid AS owner
         FROM pg_roles r, pg_database d
        WHERE r.rolname = current_user AND d.datname = current_database()`,
    );
    assert.deepEqual(rows, [{ mighty: false, owner: true }]);
    const { host, port } = server;
    await assert.rejects(connect({ host, port, database: 'shop', user: 'planpool', password: 'wrong' }), {
      code: '28P01',
    });
  });

  it('fits the budget and is ready for index-only scans', async () => {
    const { rows } = await client.query<{ mb: string; unanalyzed: string; visible: string }>(
      `SELECT pg_database_size(current_database()) / 1048576 AS mb,
              count(*) FILTER (WHERE reltuples < 0) AS unanalyzed,
              count(*) FILTER (WHERE relallvisible < relpages) AS visible
         FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'`,
    );
    const [row] = rows;
    assert.ok(row !== undefined && Number(row.mb) <= 320, JSON.stringify(row));
    assert.deepEqual([row.unanalyzed, row.visible], ['0', '0']);
  });

  it('is the same in every load', async () => {
    const { rows } = await client.query<{ table: string; digest: string }>(
      `SELECT 'orders' AS "table", sum(hashtext(o::text)::bigint)::text AS digest FROM orders o
       UNION ALL SELECT 'order_items', sum(hashtext(i::text)::bigint)::text FROM order_items i
       UNION ALL SELECT 'sales', sum(hashtext(s::text)::bigint)::text FROM sales s
       UNION ALL SELECT 'events', sum(hashtext(e::text)::bigint)::text FROM events e`,
    );
    assert.deepEqual(Object.fromEntries(rows.map(({ table, digest }) => [table, digest])), {
      orders: '-2583954591976',
      order_items: '2448950667660',
      sales: '-147184724966',
      events: '16942913404',
    });
  });

  it('has functions of every label', async () => {
    const admin = await superuser(server, 'shop');
    try {
      const { rows } = await admin.query<{ label: string }>(
        `SELECT DISTINCT proparallel::text AS label FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1`,
      );
      assert.deepEqual(
        rows.map(row => row.label),
        ['r', 's', 'u'],
      );
    } finally {
      await admin.end();
    }
  });
}).timeout(30_000);
