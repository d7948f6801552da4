import assert from 'node:assert/strict';
import { decodeDatabases, decodePools } from '../../../src/pools/decodeRows';
import { judgeInstance } from '../../../src/pools/health';
import { incidentMarkdown, type Incident } from '../../../src/pools/incident';
import type { ConsoleSnapshot } from '../../../src/pools/model';
import { defaultThresholds } from '../../../src/pools/thresholds';
import { noTrends } from '../../../src/pools/trends';
import { pgBouncerVersion } from '../../../src/pools/version';
import { activityOf, backend } from '../workers/backends';
import { clientOf, serverOf } from './connections';
import { markdown, read } from './renderedMarkdown';

const hostile = '</td>|<img src=x onerror=alert(1)> `[a](http://evil.example) | \n\n# head\n\u202e';

function incidentOf(fields: Partial<Incident> = {}): Incident {
  const snapshot: ConsoleSnapshot = {
    version: pgBouncerVersion('PgBouncer 1.26.1'),
    connectionId: 1,
    takenAtMs: Date.UTC(2026, 0, 2, 3, 4, 5),
    pools: decodePools([{ database: hostile, user: hostile, cl_waiting: 2, maxwait: 3, pool_mode: 'transaction' }]),
    databases: decodeDatabases([{ name: hostile, host: 'db1', port: 5432, database: hostile, pool_size: 20 }]),
    totals: [],
    lists: new Map([['used_clients', 7]]),
    state: { active: true, paused: false, suspended: false },
    config: new Map(),
    configTakenAtMs: 0,
  };
  const context = { trends: noTrends, servers: null, clients: null, backends: null, pausedByKill: new Set<string>() };
  return {
    instance: { name: hostile, label: hostile, host: 'pooler', port: 6432 },
    takenAtMs: snapshot.takenAtMs,
    snapshot,
    judgement: judgeInstance(snapshot, { ...context, thresholds: defaultThresholds, locale: 'en' }),
    clients: [],
    servers: [],
    postgres: [],
    ...fields,
  };
}

const words = { redact: (sql: string) => sql.replaceAll('secret', '***'), locale: 'en' };

describe('pools: incident', () => {
  it('keeps every text from a server a text', () => {
    const text = { kind: 'text', text: `SELECT 'secret' ${hostile}\n\`\`\`\n# head`, cutShort: false } as const;
    const names = { database: hostile, user: hostile, application: hostile };
    const incident = incidentOf({
      clients: [clientOf(names), clientOf({ ...names, state: 'waiting', link: '', pointer: '0xc2', address: hostile })],
      servers: [serverOf(names)],
      postgres: [
        {
          name: hostile,
          databases: [hostile],
          answer: {
            ok: true,
            activity: activityOf(
              backend({ ...names, query: text, client: '10.0.0.1:5000' }),
              backend({ ...names, pid: 101, query: text, client: '10.0.0.1:5001', blockedBy: [100] }),
            ),
            statements: {
              available: true,
              ranking: 'workersUnknown',
              rows: [
                {
                  key: '1',
                  database: hostile,
                  inCurrentDatabase: true,
                  user: hostile,
                  text: text.text,
                  topLevel: true,
                  calls: 3,
                  totalMs: 12,
                  rows: 1,
                  workers: null,
                },
              ],
              visibleCount: 1,
              hiddenCount: 0,
              database: 'shop',
              user: 'app',
              advice: [],
            },
          },
        },
        { name: 'gone', databases: [hostile], answer: { ok: false, sentence: hostile } },
      ],
    });
    const html = markdown.render(incidentMarkdown(incident, words));
    const { elements } = read(html);
    assert.deepEqual([...elements].sort(), [
      'code',
      'h1',
      'h2',
      'h3',
      'li',
      'p',
      'pre',
      'strong',
      'table',
      'tbody',
      'td',
      'th',
      'thead',
      'tr',
      'ul',
    ]);
    assert.equal(html.split('<h1>').length, 2);
    const cells = [...html.matchAll(/<tr>([^]*?)<\/tr>/g)].map(([, row]) => row?.split(/<t[dh][ >]/).length);
    assert.deepEqual(cells, [11, 11, 7, 7, 9, 9, 8, 8]);
    assert.match(html, /<td style="text-align:right">100<\/td>/);
    assert.ok(html.includes('blocks 1 session'));
    assert.ok(!html.includes('secret'));
    assert.ok(!html.includes('\u202e'));
  });

  it('leaves out our own console, and counts what it does not show', () => {
    const waiting = Array.from({ length: 5000 }, (_value, place) =>
      clientOf({ pointer: String(place), state: 'waiting', link: '', waitUs: place * 1_000_000, port: place }),
    );
    const own = clientOf({ database: 'pgbouncer', application: 'Planpool', state: 'waiting', waitUs: 1e12 });
    const startedMs = performance.now();
    const text = incidentMarkdown(incidentOf({ clients: [own, ...waiting] }), words);
    assert.ok(performance.now() - startedMs < 500);
    const rows = [...text.matchAll(/10\.0\.0\.5:(\d+)/g)].map(([, port]) => Number(port));
    assert.deepEqual([rows.length, rows[0], rows.at(-1)], [50, 4999, 4950]);
    assert.match(text, /^… and 4\u202f950 more$/m);
  });

  it('says what is not there', () => {
    const text = incidentMarkdown(incidentOf(), words);
    assert.match(text, /^- Taken at 2026-01-02 03:04:05 UTC$/m);
    assert.match(text, /^No client waits\.$/m);
    assert.match(text, /^No server connection is in use\.$/m);
  });
});
