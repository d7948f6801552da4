import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { explainPrefix } from '../../src/explain/options';
import { cleanEnvironment } from '../lab/cleanEnvironment';
import { connect } from '../lab/connect';
import { hasCode } from '../lab/errorCode';
import { type Shop, startShop } from '../lab/shop';
import { createExplainRig, profileOf, runOf } from '../servers/explainRig';
import type { Bench } from './bench';
import { commandToPage } from './commandToPage';
import { type Figure, figure, type Spread } from './figure';
import { compare, durationMs, spread } from './measure';

const rounds = { warmUp: 10, measured: 40 };

/** The join of the sample's 03-join.sql. */
const statement = `SELECT o.ship_country, sum(i.quantity * i.price) AS revenue
  FROM orders o
  JOIN order_items i USING (order_id)
 WHERE o.status = 'delivered'
 GROUP BY o.ship_country
 ORDER BY revenue DESC`;

/** A plain Explain over a warm session: the host's part against psql, and all of it in the editor. */
export const explain: Bench = {
  name: 'explain',
  run: async () => {
    const shop = await startShop();
    try {
      const serverMs = await explainAlone(shop);
      return [
        await hostPart(shop),
        figure({
          name: 'EXPLAIN alone over a warm connection',
          value: serverMs,
          unit: 'ms',
          note: 'what counts as the server’s time below',
        }),
        ...(await commandToPage(shop, serverMs.median)),
      ];
    } finally {
      await shop.stop();
    }
  },
};

async function hostPart(shop: Shop): Promise<Figure> {
  const { PGDATABASE: database = '', PGUSER: user = '', PGPASSWORD: password = '' } = shop.environment;
  const rig = createExplainRig(profileOf(shop.postgres, { database, user }), password);
  const ours = async (): Promise<unknown> => runOf(await rig.explain(statement));
  const psql = psqlExplain(shop);
  const name = 'explain() on a warm session';
  try {
    const missing = await psql().then(
      () => false,
      (error: unknown) => {
        if (hasCode(error, 'ENOENT')) return true;
        throw error;
      },
    );
    if (missing) {
      const alone: number[] = [];
      for (let round = 0; round < rounds.measured; round += 1) alone.push(await durationMs(ours));
      return figure({ name, value: spread(alone), unit: 'ms', note: 'psql is missing: install postgresql-client' });
    }
    const compared = await compare(rounds, ours, psql);
    return figure({
      name,
      value: compared.oursMs,
      unit: 'ms',
      peer: { name: 'psql -c', value: compared.peerMs, ratio: compared.ratio },
      budget: { of: 'ratio', atMost: 1 },
    });
  } finally {
    await rig.dispose();
  }
}

/** `psql -c` with the very EXPLAIN that we send. */
function psqlExplain(shop: Shop): () => Promise<unknown> {
  const args = ['--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '-c', explainText()];
  const env = cleanEnvironment(shop.environment);
  return () => promisify(execFile)('psql', args, { env });
}

function explainText(): string {
  return explainPrefix(false, false, [], 180000) + statement;
}

async function explainAlone(shop: Shop): Promise<Spread> {
  const { PGDATABASE: database = '', PGUSER: user = '', PGPASSWORD: password = '' } = shop.environment;
  const { host, port } = shop.postgres;
  const client = await connect({ host, port, database, user, password });
  try {
    const times: number[] = [];
    for (let round = 0; round < rounds.warmUp + rounds.measured; round += 1) {
      times.push(await durationMs(() => client.query(explainText())));
    }
    return spread(times.slice(rounds.warmUp));
  } finally {
    await client.end();
  }
}
