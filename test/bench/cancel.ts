import { superuser } from '../lab/connect';
import { type PgBouncerServer, startPgBouncer } from '../lab/pgbouncer';
import { type PostgresServer, startPostgres } from '../lab/postgres';
import { until } from '../lab/until';
import { createExplainRig, type ExplainRig, profileOf } from '../servers/explainRig';
import type { Bench } from './bench';
import { type Figure, figure } from './figure';
import { percentile, spread } from './measure';

const password = 'bench';
const samples = 60;

/** Without an end of their own. The second one keeps several processes busy, which all have to stop. */
const statements = [
  'SELECT pg_sleep(60)',
  'SELECT count(*) FROM numbers a JOIN numbers b ON a.n % 7 < b.n % 11',
] as const;

/** From the abort of an Explain Analyze until the server shows its backend as idle or gone, with all of its workers. */
export const cancel: Bench = {
  name: 'cancel',
  run: async () => {
    const postgres = await startPostgres({ major: 18, superuserPassword: password, auth: 'scram-sha-256' });
    try {
      await load(postgres);
      const pooler = await startPgBouncer({
        postgres,
        databases: ['postgres'],
        users: { postgres: password },
        poolMode: 'transaction',
      });
      try {
        return [...(await figures('directly', postgres, postgres)), ...(await figures('PgBouncer', postgres, pooler))];
      } finally {
        await pooler.stop();
      }
    } finally {
      await postgres.stop();
    }
  },
};

async function load(postgres: PostgresServer): Promise<void> {
  const admin = await superuser(postgres);
  await admin.query('CREATE TABLE numbers AS SELECT generate_series(1, 100000) AS n');
  await admin.query('ANALYZE numbers');
  // Two workers even on the machine's smallest settings.
  await admin.query('ALTER SYSTEM SET min_parallel_table_scan_size = 0');
  await admin.query('ALTER SYSTEM SET parallel_setup_cost = 0');
  await admin.query('SELECT pg_reload_conf()');
  await admin.end();
}

async function figures(
  route: string,
  postgres: PostgresServer,
  endpoint: PostgresServer | PgBouncerServer,
): Promise<readonly Figure[]> {
  const rig = createExplainRig(profileOf(endpoint), password);
  const watcher = await superuser(postgres);
  const times: number[] = [];
  try {
    for (let sample = 0; sample < samples; sample += 1) {
      times.push(await cancelOnce(rig, watcher, statements[sample % statements.length]!));
    }
  } finally {
    await watcher.end();
    await rig.dispose();
  }
  return [
    figure({ name: `${route}, median`, value: spread(times), unit: 'ms' }),
    figure({
      name: `${route}, 95th percentile`,
      value: percentile(times, 95),
      unit: 'ms',
      budget: { of: 'value', atMost: 250 },
      note: `${samples} samples, the slowest ${Math.max(...times).toFixed(0)} ms`,
    }),
  ];
}

type Watcher = Awaited<ReturnType<typeof superuser>>;

async function cancelOnce(rig: ExplainRig, watcher: Watcher, statement: string): Promise<number> {
  const stop = new AbortController();
  const outcome = rig.explain(statement, { analyze: true, signal: stop.signal });
  const pid = await until('the statement to run', () => runningPid(watcher));
  const start = performance.now();
  stop.abort();
  while (await isBusy(watcher, pid)) {
    if (performance.now() - start > 30_000) throw new Error(`Backend ${pid} goes on after its cancel.`);
  }
  const idleMs = performance.now() - start;
  const ended = await outcome;
  if ('run' in ended || ended.reason.tag !== 'cancelled') throw new Error('The statement was not cancelled.');
  return idleMs;
}

async function runningPid(watcher: Watcher): Promise<number | undefined> {
  const { rows } = await watcher.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity
      WHERE backend_type = 'client backend' AND state = 'active' AND query LIKE 'EXPLAIN (%' AND pid <> pg_backend_pid()`,
  );
  return rows[0]?.pid;
}

/** Also while it is inside of a transaction. */
async function isBusy(watcher: Watcher, pid: number): Promise<boolean> {
  const { rows } = await watcher.query(
    `SELECT FROM pg_stat_activity WHERE (pid = $1 OR leader_pid = $1) AND state IS DISTINCT FROM 'idle'`,
    [pid],
  );
  return rows.length > 0;
}
