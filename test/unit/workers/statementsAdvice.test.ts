import assert from 'node:assert/strict';
import type { FileValue } from '../../../src/guc/settingsFacts';
import {
  adviceOf,
  howToInstall,
  obstacleTo,
  type AccessFacts,
  type Advice,
  type InstalledExtension,
} from '../../../src/workers/statementsAdvice';

const installed: InstalledExtension = { version: '1.9', schema: 'public', mayUseSchema: true, maySelect: true };

function facts(fields: Partial<AccessFacts> = {}): AccessFacts {
  return {
    role: 'app',
    database: 'shop',
    standby: false,
    loaded: true,
    settings: new Map(),
    files: new Map(),
    packaged: '1.9',
    installed,
    ...fields,
  };
}

function libraries(
  value: string | null,
  file: FileValue | 'hidden' | undefined,
  { sourceFile = null, pendingRestart = false }: { sourceFile?: string | null; pendingRestart?: boolean } = {},
): Advice {
  const name = 'shared_preload_libraries';
  return howToInstall(
    facts({
      loaded: false,
      installed: null,
      settings: new Map([[name, { value, sourceFile, pendingRestart }]]),
      files: file === 'hidden' ? null : new Map(file ? [[name, file]] : []),
    }),
  );
}

function sqlOf({ sql, undo }: Advice): readonly (string | null)[] {
  return [sql, undo];
}

describe('workers: advice about statistics of statements', () => {
  it('adds the library to what is there, and undoes it to what postgresql.auto.conf said', () => {
    const added = (names: string): string => `ALTER SYSTEM SET shared_preload_libraries = ${names};`;
    const reset = 'ALTER SYSTEM RESET shared_preload_libraries;';
    assert.deepEqual(sqlOf(libraries('', undefined)), [added("'pg_stat_statements'"), reset]);
    assert.deepEqual(sqlOf(libraries('a', { auto: null, last: 'a' })), [added("'a', 'pg_stat_statements'"), reset]);
    assert.deepEqual(sqlOf(libraries(`a, "b'""c"`, { auto: `a, "b'""c"`, last: `a, "b'""c"` })), [
      added(`'a', 'b''"c', 'pg_stat_statements'`),
      added(`'a', 'b''"c'`),
    ]);
    assert.deepEqual(sqlOf(libraries('a', { auto: '', last: '' })), [added("'pg_stat_statements'"), added("''")]);
  });

  it('keeps a change that waits for a restart', () => {
    const waiting = libraries('a', { auto: 'a, b', last: 'a, b' });
    assert.equal(waiting.sql, "ALTER SYSTEM SET shared_preload_libraries = 'a', 'b', 'pg_stat_statements';");
    assert.equal(waiting.undo, "ALTER SYSTEM SET shared_preload_libraries = 'a', 'b';");
    const done = libraries('a', { auto: 'a,pg_stat_statements', last: 'a,pg_stat_statements' });
    assert.deepEqual(sqlOf(done), [null, null]);
    assert.match(done.sentence, /by now: restart PostgreSQL\.$/);
    const unseen = libraries('a', 'hidden', { pendingRestart: true });
    assert.match(unseen.sentence, /waits for a restart already, and is hidden from app/);
    assert.doesNotMatch(unseen.sql ?? '', /ALTER/);
  });

  it('has no undo where it cannot see what was there', () => {
    assert.equal(libraries('a', 'hidden').undo, null);
    assert.equal(libraries('a', 'hidden', { sourceFile: '/data/postgresql.conf' }).undo?.includes('RESET'), true);
    assert.match(libraries('a', 'hidden', { sourceFile: '/data/postgresql.auto.conf' }).undo ?? '', /= 'a';$/);
    assert.deepEqual(sqlOf(libraries(null, 'hidden')), ['SHOW shared_preload_libraries;', null]);
  });

  it('switches counting on, and back', () => {
    const off = new Map(
      [
        ['pg_stat_statements.track', 'none'],
        ['compute_query_id', 'off'],
      ].map(([name = '', value = '']) => [name, { value, sourceFile: null, pendingRestart: false }]),
    );
    const files = new Map([['compute_query_id', { auto: 'off', last: 'off' }]]);
    const reload = '\nSELECT pg_catalog.pg_reload_conf();';
    assert.deepEqual(adviceOf(facts({ settings: off, files })).map(sqlOf), [
      [
        `ALTER SYSTEM SET pg_stat_statements.track = 'top';${reload}`,
        `ALTER SYSTEM RESET pg_stat_statements.track;${reload}`,
      ],
      [`ALTER SYSTEM SET compute_query_id = 'auto';${reload}`, `ALTER SYSTEM SET compute_query_id = 'off';${reload}`],
    ]);
    assert.deepEqual(adviceOf(facts()), []);
  });

  it('takes back every right that it gives', () => {
    for (const lacking of [{ mayUseSchema: false }, { maySelect: false }]) {
      const advice = obstacleTo({ ...installed, ...lacking }, facts());
      const [given, taken] = sqlOf(advice ?? assert.fail('nothing in the way'));
      assert.equal(taken, given?.replace('GRANT', 'REVOKE').replace(' TO ', ' FROM '));
    }
    assert.equal(obstacleTo(installed, facts()), null);
  });
});
