import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Client } from 'pg';
import { catalogueNames, existsIn, findSetting } from '../../src/guc/catalogue';
import { builtInOverrideSets } from '../../src/guc/overrideSets';
import {
  decodeServerSettings,
  serverSettingsParameter,
  serverSettingsQuery,
  type ServerSetting,
} from '../../src/guc/serverSettings';
import { validateOverrides } from '../../src/guc/validate';
import { parseInteger } from '../../src/guc/value';
import { superuser } from '../lab/connect';
import { majorsUnderTest } from '../lab/matrix';
import { startPostgres, type PostgresMajor, type PostgresServer } from '../lab/postgres';

/** The value `pg_settings` shows after the override, or null when the server refuses it; nothing stays set. */
const tryOverride = `CREATE FUNCTION pg_temp.try_override(name text, value text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE shown text;
BEGIN
  PERFORM set_config(name, value, true);
  SELECT s.setting INTO shown FROM pg_catalog.pg_settings s WHERE s.name = try_override.name;
  RAISE EXCEPTION USING ERRCODE = 'PPOOL', MESSAGE = shown;
EXCEPTION
  WHEN SQLSTATE 'PPOOL' THEN RETURN SQLERRM;
  WHEN OTHERS THEN RETURN NULL;
END $$`;

const space = fc.constantFrom('', '', '', ' ', '\t', '\n', '  ');
const digits = fc.oneof(
  fc.integer({ min: -5, max: 3000 }).map(String),
  fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }).map(String),
  fc.constantFrom(
    '2147483647',
    '2147483648',
    '-2147483649',
    '9223372036854775807',
    '9223372036854775808',
    '1024',
    '1025',
  ),
  fc.nat(5000).map(n => `0x${n.toString(16)}`),
  fc.nat(5000).map(n => `0${n.toString(8)}`),
  fc.tuple(fc.nat(3000), fc.nat(999)).map(([whole, part]) => `${whole}.${part}`),
  fc.tuple(fc.nat(99), fc.integer({ min: -330, max: 330 })).map(([whole, exponent]) => `${whole}e${exponent}`),
  fc.double().map(String),
  fc.constantFrom(
    '',
    '.',
    '.5',
    '5.',
    '+7',
    '-0',
    '- 1',
    '0x',
    '0x1.8',
    '0x1p3',
    '08',
    '09.5',
    '1e',
    '1e+',
    'inf',
    'nan',
    'Infinity',
  ),
);
const unit = fc.constantFrom(
  '',
  '',
  '',
  'B',
  'kB',
  'KB',
  'kb',
  'MB',
  'GB',
  'TB',
  'us',
  'ms',
  's',
  'min',
  'h',
  'd',
  'x',
  'kBs',
  'M B',
);
const number = fc.tuple(space, digits, space, unit, space).map(parts => parts.join(''));
const word = fc.oneof(
  fc
    .constantFrom(
      'on',
      'off',
      'true',
      'false',
      'yes',
      'no',
      '1',
      '0',
      'auto',
      'partition',
      'regress',
      'force_generic_plan',
    )
    .chain(full =>
      fc.oneof(
        fc.constant(full),
        fc.nat(full.length).map(length => full.slice(0, length)),
        fc.constantFrom(full.toUpperCase(), `${full} `, ` ${full}`, `${full}x`),
      ),
    ),
  fc.string({ maxLength: 6 }),
);
const value = fc.oneof({ weight: 3, arbitrary: number }, { weight: 2, arbitrary: word });

for (const major of new Set<PostgresMajor>([13, ...majorsUnderTest])) {
  describe(`guc: PostgreSQL ${major}`, () => {
    let server: PostgresServer;
    let client: Client;
    let settings: ReadonlyMap<string, ServerSetting>;
    let serverVersion: number;

    before(async () => {
      server = await startPostgres({ major });
      client = await superuser(server);
      const shown = await client.query<{ server_version_num: string }>('SHOW server_version_num');
      serverVersion = Number(shown.rows[0]?.server_version_num);
      settings = decodeServerSettings((await client.query(serverSettingsQuery, [serverSettingsParameter])).rows);
      await client.query(tryOverride);
    });

    after(async () => {
      await client.end();
      await server.stop();
    });

    const isTaken = (name: string, text: string) => {
      const set = { name: 'test', description: '', builtIn: false, overrides: [{ name, value: text }] };
      return validateOverrides(set, settings, serverVersion).ok;
    };

    const ask = async (name: string, texts: readonly string[]) => {
      const answers = await client.query<{ shown: string | null }>(
        'SELECT pg_temp.try_override($1, value) AS shown FROM unnest($2::text[]) WITH ORDINALITY AS u (value, n) ORDER BY n',
        [name, texts],
      );
      return answers.rows.map(row => row.shown);
    };

    it('has the settings that the catalogue says, each open to every user', () => {
      const expected = catalogueNames.filter(name => existsIn(findSetting(name)!, major));
      assert.deepEqual([...settings.keys()].sort(), [...expected].sort());
      assert.deepEqual(
        [...settings.values()].filter(setting => setting.context !== 'user'),
        [],
      );
    });

    it('has no planner setting that the catalogue lacks', async () => {
      const tuning = await client.query<{ name: string }>(
        `SELECT name FROM pg_catalog.pg_settings WHERE category LIKE 'Query Tuning%' OR name LIKE '%parallel%workers%per_gather'`,
      );
      const missing = tuning.rows.map(row => row.name).filter(name => !findSetting(name));
      assert.deepEqual(missing, ['default_statistics_target']);
    });

    it('takes every built-in override set', () => {
      for (const set of builtInOverrideSets) {
        assert.deepEqual(validateOverrides(set, settings, serverVersion), { ok: true, overrides: set.overrides });
      }
    });

    it('judges every value as the server does', async function () {
      this.timeout(600_000);
      const names = [...settings.keys()];
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...names),
          fc.array(value, { minLength: 20, maxLength: 60 }),
          async (name, texts) => {
            const sendable = texts.filter(text => !text.includes('\0'));
            const answers = await ask(name, sendable);
            for (const [index, text] of sendable.entries()) {
              const shown = answers[index] ?? null;
              assert.equal(
                isTaken(name, text),
                shown !== null,
                `${name} = ${JSON.stringify(text)}: the server shows ${shown}`,
              );
              const setting = settings.get(name);
              if (setting?.vartype === 'integer' && shown !== null) {
                assert.deepEqual(
                  parseInteger(text, setting.unit),
                  { ok: true, value: Number(shown) },
                  JSON.stringify(text),
                );
              }
            }
          },
        ),
        { numRuns: process.env['PLANPOOL_TEST_SOAK'] === undefined ? 150 : 3000 },
      );
    });
  });
}
