import assert from 'node:assert/strict';
import fc from 'fast-check';
import { asCsv, asJson, asTable, partOf, tableOf, tableOfInstances, type CopiedTable } from '../../../src/pools/copyAs';
import { decodeConfig, decodePools } from '../../../src/pools/decodeRows';
import type { ConsoleSnapshot } from '../../../src/pools/model';

/** RFC 4180, by its grammar: what a strict reader makes of it. Null for an empty field without quotes. */
function readCsv(text: string): readonly (readonly (string | null)[])[] {
  const records: (string | null)[][] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  let record: (string | null)[] = [];
  while (field.lastIndex < text.length) {
    const match = field.exec(text);
    assert.ok(match, `not RFC 4180 at ${String(field.lastIndex)}`);
    const [, quoted, bare, end] = match;
    record.push(quoted === undefined ? bare || null : quoted.replaceAll('""', '"'));
    if (end === '\r\n') {
      records.push(record);
      record = [];
    }
  }
  assert.deepEqual(record, [], 'the last record ends as all do');
  return records;
}

function oneCell(cell: string | number | null): CopiedTable {
  return { columns: ['a'], rows: [[cell]] };
}

const csvOf = (cell: string | number | null): string => asCsv(oneCell(cell)).slice('a\r\n'.length, -2);

const harmless = /^[^=+\-@＝＋－＠\t\r\n;]*$/;
const cell = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string(), fc.integer(), fc.constant(null));
const table = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 4 })).chain(([width, height]) =>
  fc.record({
    columns: fc.constant(Array.from({ length: width }, (_value, place) => `column${String(place)}`)),
    rows: fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: height, maxLength: height }),
  }),
);

describe('pools: copy', () => {
  it('writes CSV as RFC 4180 has it, and defuses formulas only', () => {
    assert.equal(csvOf('a,b'), '"a,b"');
    assert.equal(csvOf('say "hi"'), '"say ""hi"""');
    assert.equal(csvOf('two\nlines'), '"two\nlines"');
    assert.equal(csvOf(null), '');
    assert.equal(csvOf(''), '""');
    assert.equal(csvOf('my app'), 'my app');
    for (const begin of ['=', '+', '-', '@', '＝', ' =', '\u200b=', '\ufeff@']) {
      assert.equal(csvOf(`${begin}cmd|' /C calc'!A0`).replace(/^"/, '')[0], "'", begin);
    }
    assert.equal(csvOf('a\t=1'), '"a\t\'=1"');
    assert.equal(csvOf('a;=1'), '"a;\'=1"');
    assert.equal(csvOf('a\n =1'), '"a\n\' =1"');
    for (const figure of ['-1', '+1', '-0.5', '12', -3]) {
      assert.equal(csvOf(figure), String(figure));
    }
    for (const plain of ['a=b', 'a-b', 'shop@home', '10.0.0.1', '2026-01-02 03:04:05 UTC']) {
      assert.equal(csvOf(plain), plain);
    }
    assert.equal(csvOf('-1+1').slice(0, 1), "'");
  });

  it('gives a strict reader of CSV what was copied', () => {
    fc.assert(
      fc.property(table, given => {
        const [columns, ...rows] = readCsv(asCsv(given));
        assert.deepEqual(columns, given.columns);
        assert.equal(rows.length, given.rows.length);
        rows.forEach((row, place) =>
          row.forEach((read, column) => {
            const written = given.rows[place]?.[column] ?? null;
            if (written === null || harmless.test(String(written))) {
              assert.equal(read, written === null ? null : String(written));
            } else {
              assert.equal(read?.replaceAll("'", ''), String(written).replaceAll("'", ''));
              assert.ok(
                typeof written === 'number' || /^[+-]?\d+(\.\d+)?$/.test(written) || !/^[=+\-@]/.test(read ?? ''),
              );
            }
          }),
        );
      }),
    );
  });

  it('takes no longer for long runs of what a formula may begin with', () => {
    const startedMs = performance.now();
    for (const run of ['\t', ';', ' ', '\ufeff', '\n ', '=']) {
      csvOf(run.repeat(50_000));
    }
    assert.ok(performance.now() - startedMs < 2000);
  });

  it('writes JSON that holds exactly what was copied', () => {
    fc.assert(
      fc.property(table, ({ columns, rows }) => {
        const expected = rows.map(row => Object.fromEntries(columns.map((column, place) => [column, row[place]])));
        assert.deepEqual(JSON.parse(asJson({ columns, rows })), expected);
      }),
    );
    assert.equal(asJson({ columns: ['__proto__'], rows: [['x']] }), '[\n  {\n    "__proto__": "x"\n  }\n]\n');
  });

  it('aligns a table, figures to the right', () => {
    const rows = [
      { shown: { database: 'shop', cl_active: 7, maxwait: '12' } },
      { shown: { database: '日本', cl_active: 1200, maxwait: null } },
      { shown: { database: 'é🙂', cl_active: 3, maxwait: '-1' } },
    ];
    assert.equal(
      asTable(tableOf(rows)),
      [
        'database  cl_active  maxwait',
        '--------  ---------  -------',
        'shop              7       12',
        '日本           1200',
        'é🙂               3       -1',
        '',
      ].join('\n'),
    );
  });

  it('keeps every row of a table on one line, in its order', () => {
    fc.assert(
      fc.property(table, given => {
        const lines = asTable(given).split('\n');
        assert.equal(lines.length, given.rows.length + 3);
        assert.ok(lines.every(line => !/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(line)));
      }),
    );
    assert.match(asTable(oneCell('a\nb\u202ec\u0007')), /a\\nb\\u202ec\\u0007/);
  });

  it('copies any part of a snapshot, of one instance or of many', () => {
    const shown = { database: 'shop', user: 'app', cl_active: 1, new_column: 'x' };
    const snapshot: Pick<ConsoleSnapshot, 'pools' | 'databases' | 'totals' | 'lists' | 'config'> = {
      pools: decodePools([shown]),
      databases: [],
      totals: [],
      lists: new Map([['databases', 3]]),
      config: decodeConfig([{ key: 'pool_mode', value: 'session', default: 'session', changeable: 'yes' }]),
    };
    assert.deepEqual(partOf(snapshot, 'pools'), { columns: Object.keys(shown), rows: [Object.values(shown)] });
    assert.deepEqual(partOf(snapshot, 'databases'), { columns: [], rows: [] });
    assert.deepEqual(partOf(snapshot, 'lists').rows, [['databases', 3]]);
    assert.deepEqual(partOf(snapshot, 'config').rows, [['pool_mode', 'session', 'session', 'yes']]);
    const old = { columns: ['database', 'cl_cancel_req'], rows: [['shop', 2]] };
    assert.deepEqual(
      tableOfInstances([
        { instance: 'one', table: partOf(snapshot, 'pools') },
        { instance: 'two', table: old },
      ]),
      {
        columns: ['instance', 'database', 'user', 'cl_active', 'new_column', 'cl_cancel_req'],
        rows: [
          ['one', 'shop', 'app', 1, 'x', null],
          ['two', 'shop', null, null, null, 2],
        ],
      },
    );
  });
});
