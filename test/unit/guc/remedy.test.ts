import assert from 'node:assert/strict';
import { change, type Place } from '../../../src/guc/remedy';
import type { SettingState } from '../../../src/guc/settingsFacts';
import { factsOf, type FactsChanges } from './factsOf';

const name = 'work_mem';
const reload = '\nSELECT pg_catalog.pg_reload_conf();';

function remedy(state: Partial<SettingState>, changes: FactsChanges = {}, place: Place = { kind: 'server' }) {
  const facts = factsOf({ ...changes, settings: { [name]: state, ...changes.settings } });
  return change(facts, facts.settings.get(name)!, place, '8MB');
}

function undo(state: Partial<SettingState>, changes: FactsChanges = {}): string | undefined {
  return remedy(state, changes)?.undo;
}

const takenBack = `ALTER SYSTEM RESET work_mem;${reload}`;
const setBack = `ALTER SYSTEM SET work_mem = '4MB';${reload}`;
const inFile = { source: 'configuration file' };

describe('guc: remedies', () => {
  it('bring back what postgresql.auto.conf said, in its own words where they can be read', () => {
    const files = new Map([[name, { auto: '4096 kB', last: '4096 kB' }]]);
    assert.equal(undo(inFile, { files }), `ALTER SYSTEM SET work_mem = '4096 kB';${reload}`);
    assert.equal(undo(inFile, { files: new Map([[name, { auto: null, last: '4MB' }]]) }), takenBack);
    assert.equal(undo({}, { files: new Map() }), takenBack);
    // What a role brings says nothing about the files; they do.
    assert.equal(undo({ source: 'user' }, { files }), `ALTER SYSTEM SET work_mem = '4096 kB';${reload}`);
  });

  it('bring it back by its source where only that can be read', () => {
    assert.equal(undo({ ...inFile, fromAutoConf: true }), setBack);
    assert.equal(undo({ ...inFile, fromAutoConf: false }), takenBack);
    assert.equal(undo({ fromAutoConf: null }), takenBack);
  });

  it('keep the value and say so where nothing can be read', () => {
    const hidden = remedy({ ...inFile, fromAutoConf: null });
    assert.equal(hidden?.undo, setBack);
    assert.match(hidden?.note ?? '', /hidden from app/);
    assert.match(remedy({ pendingRestart: true })?.note ?? '', /hidden from app/);
    assert.doesNotMatch(remedy({})?.note ?? '', /hidden/);
  });

  it('are made for all roles where ALTER SYSTEM would change nothing', () => {
    const forAll = "ALTER ROLE ALL SET work_mem = '8MB';";
    assert.equal(remedy({ source: 'command line' })?.sql, forAll);
    assert.equal(remedy({}, { settings: { allow_alter_system: { setting: 'off' } } })?.sql, forAll);
    assert.equal(remedy({ source: 'command line', context: 'postmaster' }), null);
  });

  it('say when a restart is needed, and then do not ask for a reload', () => {
    const restart = remedy({ context: 'postmaster' });
    assert.equal(restart?.sql, "ALTER SYSTEM SET work_mem = '8MB';");
    assert.match(restart?.note ?? '', /restart/);
  });

  it('quote names and values that are hostile', () => {
    const role = { name: 'a"; DROP', quoted: '"a""; DROP"' };
    const scope = { kind: 'role', role } as const;
    const scoped = [
      { name: 'max_parallel_workers', value: '1', scope },
      { name, value: "4'\\", scope },
    ];
    const sql = remedy({}, { scoped }, scope);
    assert.equal(sql?.sql, `ALTER ROLE "a""; DROP" SET work_mem = '8MB';`);
    assert.equal(sql?.undo, `ALTER ROLE "a""; DROP" SET work_mem = E'4''\\\\';`);
  });

  it('take another place’s value for nothing to bring back', () => {
    const role = { name: 'app', quoted: 'app' };
    const database = { name: 'shop', quoted: 'shop' };
    const scoped = [{ name, value: '1MB', scope: { kind: 'role', role } as const }];
    assert.equal(
      remedy({}, { scoped }, { kind: 'roleInDatabase', role, database })?.undo,
      'ALTER ROLE app IN DATABASE shop RESET work_mem;',
    );
    assert.equal(remedy({}, { scoped }, { kind: 'everywhere' })?.undo, 'ALTER ROLE ALL RESET work_mem;');
  });

  it('go back to what the client asked for, or to what the session had set', () => {
    assert.equal(remedy({ source: 'client' }, {}, { kind: 'session' })?.undo, 'RESET work_mem;');
    assert.equal(remedy({ source: 'session' }, {}, { kind: 'session' })?.undo, "SET work_mem = '4MB';");
  });
});
