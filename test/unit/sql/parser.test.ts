import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { SqlParser, type ParseOutcome } from '../../../src/sql/parser';

const workerFile = path.resolve(__dirname, '../../../src/sql/parserWorker.js');
const parserFile = path.resolve(__dirname, '../../../src/sql/parser.js');

function messageOf(outcome: ParseOutcome): string {
  assert.ok(!outcome.ok);
  return outcome.message;
}

describe('sql: parser', function () {
  // A worker may take its time to start on a busy machine.
  this.timeout(20_000);

  let folder = '';
  const parsers: SqlParser[] = [];

  function open(file = workerFile): SqlParser {
    const parser = new SqlParser(file);
    parsers.push(parser);
    return parser;
  }

  /** A parser whose worker runs `code` for each request, with `request`, `sql` and `reply(ok)` at hand. */
  async function openFake(code: string): Promise<SqlParser> {
    const file = path.join(folder, `fake${String(parsers.length)}.js`);
    const prelude = "const { parentPort } = require('node:worker_threads'); let asked = 0;";
    const reply =
      "const reply = damaged => parentPort.postMessage({ id, damaged, outcome: { ok: false, message: 'asked ' + ++asked, offset: null } });";
    await writeFile(file, `${prelude} parentPort.on('message', ({ id, sql }) => { ${reply} ${code} });`);
    return open(file);
  }

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'planpool-parser-'));
  });

  afterEach(async () => {
    await Promise.all(parsers.map(parser => parser.dispose()));
    parsers.length = 0;
  });

  after(async () => {
    await rm(folder, { recursive: true });
  });

  it('answers with the facts of the statement', async () => {
    const outcome = await open().facts('SELECT f($1) FROM s.t');
    assert.ok(outcome.ok);
    assert.deepEqual(outcome.statement.functions, [{ schema: null, name: 'f' }]);
    assert.deepEqual(outcome.statement.relations, [{ schema: 's', name: 't' }]);
  });

  it('answers with the message of PostgreSQL and its place in UTF-16', async () => {
    const outcome = await open().facts("SELECT '😀😀',");
    assert.deepEqual(outcome, { ok: false, message: 'syntax error at end of input', offset: 14 });
    assert.deepEqual(await open().facts("SELECT '😀😀' 1 x"), {
      ok: false,
      message: 'syntax error at or near "1"',
      offset: 14,
    });
  });

  it('answers that there is no statement', async () => {
    for (const sql of ['', ' -- a\n', ';']) {
      const outcome = await open().facts(sql);
      assert.ok(outcome.ok);
      assert.equal(outcome.statement.kind, 'empty', JSON.stringify(sql));
    }
  });

  it('refuses a NUL without asking the worker', async () => {
    const outcome = await open('/no/such/file').facts('SELECT 1 \0; DROP TABLE t');
    assert.match(messageOf(outcome), /NUL/);
    assert.equal(!outcome.ok && outcome.offset, 9);
  });

  it('answers many requests at once, each with its own', async () => {
    const parser = open();
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, index) => parser.facts(`SELECT $${String(index + 1)}`)),
    );
    assert.deepEqual(
      outcomes.map(outcome => outcome.ok && outcome.statement.parameters[0]),
      outcomes.map((_, index) => index + 1),
    );
  });

  it('survives statements that are nested too deeply', async () => {
    const parser = open();
    for (const [open, close] of [
      ['(', ')'],
      ['1+', ''],
      ['NOT ', ''],
      ['(SELECT ', ')'],
      ['f(', ')'],
      ['ARRAY[', ']'],
    ] as const) {
      for (const depth of [1_000, 50_000]) {
        const outcome = await parser.facts(`SELECT ${open.repeat(depth)}1${close.repeat(depth)}`);
        assert.ok(outcome.ok || outcome.message !== '');
      }
      assert.ok((await parser.facts('SELECT 1')).ok);
    }
  });

  it('has stack enough for generated statements', async () => {
    assert.ok((await open().facts(`SELECT ${'1+'.repeat(50_000)}1`)).ok);
  });

  it('settles at once when aborted, before and while asking, and goes on', async () => {
    const parser = await openFake("if (sql === 'reply') reply(false);");
    const controller = new AbortController();
    const pending = parser.facts('never', controller.signal);
    controller.abort();
    assert.match(messageOf(await pending), /cancelled/);
    assert.match(messageOf(await parser.facts('reply', controller.signal)), /cancelled/);
    assert.equal(messageOf(await parser.facts('reply')), 'asked 1');
  });

  it('settles all that is pending when the worker throws or ends, and starts a new one', async () => {
    for (const end of ["throw new Error('Boom')", 'process.exit(1)', 'Promise.reject(new Error())']) {
      const parser = await openFake(`if (sql === 'end') { ${end}; } else if (sql === 'reply') reply(false);`);
      assert.equal(messageOf(await parser.facts('reply')), 'asked 1');
      const lost = await Promise.all([parser.facts('never'), parser.facts('end'), parser.facts('never')]);
      for (const outcome of lost) {
        assert.match(messageOf(outcome), /^The parser (failed|ended)/);
      }
      assert.equal(messageOf(await parser.facts('reply')), 'asked 1', 'a new worker');
    }
  });

  it('does not ask a damaged worker again', async () => {
    const parser = await openFake('reply(true);');
    assert.equal(messageOf(await parser.facts('a')), 'asked 1');
    assert.equal(messageOf(await parser.facts('b')), 'asked 1');
  });

  it('refuses with a sentence when the worker cannot start, each time', async () => {
    const parser = open(path.join(folder, 'missing.js'));
    assert.match(messageOf(await parser.facts('SELECT 1')), /^The parser failed: .*missing\.js/);
    assert.match(messageOf(await parser.facts('SELECT 1')), /^The parser failed: /);
    assert.match(messageOf(await open('not absolute.js').facts('SELECT 1')), /^The parser could not be started: /);
  });

  it('settles what is pending when disposed, and refuses from then on', async () => {
    const parser = await openFake('');
    const pending = parser.facts('never');
    await parser.dispose();
    assert.match(messageOf(await pending), /closed/);
    assert.match(messageOf(await parser.facts('SELECT 1')), /closed/);
    await parser.dispose();
  });

  it('keeps the process alive for an answer, not for its worker', () => {
    const script = `const { SqlParser } = require(${JSON.stringify(parserFile)});
      new SqlParser(${JSON.stringify(workerFile)}).facts('SELECT 1').then(outcome => console.log(outcome.ok));`;
    const { status, stdout } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', timeout: 10_000 });
    assert.deepEqual([status, stdout], [0, 'true\n']);
  });

  it('parses as a bundle with the WASM beside it, and refuses without', async () => {
    const outfile = path.join(folder, 'parserWorker.js');
    await build({
      entryPoints: ['src/sql/parserWorker.ts'],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      logLevel: 'error',
    });
    assert.match(messageOf(await open(outfile).facts('SELECT 1')), /^The parser failed: /);
    await copyFile(require.resolve('libpg-query/wasm/libpg-query.wasm'), path.join(folder, 'libpg-query.wasm'));
    assert.ok((await open(outfile).facts('SELECT 1')).ok);
  });
});
