import assert from 'node:assert/strict';
import fc from 'fast-check';
import { quoteForConsole } from '../../../src/pools/commands';
import {
  decodeConfig,
  decodeConnections,
  decodeDatabases,
  decodeLists,
  decodePools,
  decodeState,
  decodeTotals,
  isOwn,
} from '../../../src/pools/decodeRows';
import type { ShownRow } from '../../../src/pools/model';

const columns = [
  ...['database', 'user', 'name', 'ptr', 'key', 'value', 'list', 'items', 'cl_active', 'maxwait', 'maxwait_us', 'host'],
  ...['paused', 'application_name', 'remote_pid', 'id', 'total_xact_count', 'changeable', 'odd'],
];
const cell = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.constantFrom(null, '', 'NaN', '1e999', 'pgbouncer', '12', 'Infinity'),
);
const rows = fc.array(fc.dictionary(fc.constantFrom(...columns), cell));

describe('pools: rows', () => {
  it('whatever a console sends is decoded without an error, figures are finite, rows are the same object', () => {
    fc.assert(
      fc.property(rows, sent => {
        const decoded = [
          ...decodePools(sent),
          ...decodeDatabases(sent),
          ...decodeTotals(sent),
          ...decodeConnections(sent, 'client'),
          ...decodeConnections(sent, 'server'),
        ];
        for (const { shown, ...fields } of decoded) {
          assert.ok(sent.includes(shown));
          assert.ok(Object.values(fields).every(field => typeof field !== 'number' || Number.isFinite(field)));
        }
        assert.ok([...decodeLists(sent).values()].every(Number.isFinite));
        decodeConfig(sent);
        decodeState(sent);
      }),
    );
  });

  it('the columns of 1.16: cancel requests had another name, others were not there yet', () => {
    const [pool] = decodePools([{ database: 'd', user: 'u', cl_cancel_req: 4, maxwait: 1, maxwait_us: 250_000 }]);
    assert.deepEqual(
      [pool?.clientsWaitingCancel, pool?.serversActiveCancel, pool?.serversBeingCanceled, pool?.maxWaitUs],
      [4, null, null, 1_250_000],
    );
    const [database] = decodeDatabases([
      { name: 'd', host: null, port: 5432, database: 'x', reserve_pool: 3, paused: 1 },
    ]);
    assert.deepEqual(
      [database?.host, database?.reservePoolSize, database?.paused, database?.disabled],
      [null, 3, true, false],
    );
    const [client] = decodeConnections(
      [{ database: 'd', user: 'u', ptr: '0x1', remote_pid: 77, close_needed: 1 }],
      'client',
    );
    assert.deepEqual(
      [client?.remotePid, client?.application, client?.id, client?.closeNeeded, client?.link],
      [null, null, null, true, ''],
    );
  });

  it('a newer column wins over the older name', () => {
    const pool = { database: 'd', user: 'u', cl_cancel_req: 4, cl_waiting_cancel_req: 0 };
    assert.equal(decodePools([pool])[0]?.clientsWaitingCancel, 0);
    assert.equal(decodeDatabases([{ name: 'd', reserve_pool: 3, reserve_pool_size: 0 }])[0]?.reservePoolSize, 0);
  });

  it('figures are the same as numbers and as text', () => {
    for (const queries of [12_345, '12345']) {
      assert.equal(decodeTotals([{ database: 'd', total_query_count: queries }])[0]?.queries, 12_345);
    }
    for (const count of ['', ' ', 'x', null, 'Infinity']) {
      assert.equal(decodeTotals([{ database: 'd', total_query_count: count }])[0]?.queries, 0);
    }
  });

  it('a pid is one of a server only, and not 0', () => {
    const row = { database: 'd', user: 'u', ptr: '0x1', remote_pid: 0 };
    assert.equal(decodeConnections([row], 'server')[0]?.remotePid, null);
    assert.equal(decodeConnections([{ ...row, remote_pid: 9 }], 'server')[0]?.remotePid, 9);
  });

  it('rows without what names them are left out, and the console’s own', () => {
    const nameless: readonly ShownRow[] = [{}, { user: 'u' }, { database: 'd' }, { database: 'pgbouncer', user: 'u' }];
    assert.deepEqual(decodePools(nameless), []);
    assert.deepEqual(decodeDatabases([{}, { name: null }, { name: 'pgbouncer' }]), []);
    assert.deepEqual(decodeTotals([{}, { database: 'pgbouncer' }]), []);
    assert.deepEqual(decodeConnections([{ database: 'd', user: 'u' }], 'client'), []);
    assert.deepEqual([...decodeLists([{ list: 'pools' }, { items: 3 }])], []);
    assert.deepEqual([...decodeConfig([{ value: '1' }])], []);
  });

  it('our own clients are told by name and database', () => {
    const own = { database: 'pgbouncer', user: 'u', ptr: '0x1', application_name: 'Planpool' };
    const is = (row: ShownRow, kind: 'client' | 'server' = 'client') => decodeConnections([row], kind).some(isOwn);
    assert.ok(is(own));
    assert.ok(!is({ ...own, database: 'app' }) && !is({ ...own, application_name: 'psql' }) && !is(own, 'server'));
  });

  it('the state with and without a word of SUSPEND', () => {
    const rows = [
      { key: 'active', value: 'no' },
      { key: 'paused', value: 'yes' },
    ];
    assert.deepEqual(decodeState(rows), { active: false, paused: true, suspended: false });
    const suspended = [...rows, { key: 'suspended', value: 'yes' }];
    assert.deepEqual(decodeState(suspended), { active: false, paused: true, suspended: true });
    assert.equal(decodeState(rows.slice(0, 1)), null);
  });

  it('a quoted name is one argument and keeps its text', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), name => {
        const quoted = quoteForConsole(name);
        if (quoted === null) {
          return Buffer.byteLength(name) > 30 || name.includes('\0');
        }
        const inside = /^"((?:[^"]|"")*)"$/s.exec(quoted)?.[1]?.replaceAll('""', '"');
        return (inside ?? quoted) === name && (inside !== undefined || /^\w+$/.test(name));
      }),
    );
  });
});
