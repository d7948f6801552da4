import type { SettingsFacts, SettingState } from '../../../src/guc/settingsFacts';
import { shownValue } from '../../../src/guc/shownValue';
import { parseInteger } from '../../../src/guc/value';
import { formatBytes } from '../../../src/plan/figures';

export const inWords = (bytes: number): string => formatBytes(bytes, 'en');

type Row = readonly [
  name: string,
  setting: string,
  unit: string | null,
  vartype: SettingState['vartype'],
  context: string,
];

/** PostgreSQL 18 as initdb leaves it. */
const rows: readonly Row[] = [
  ['max_parallel_workers_per_gather', '2', null, 'integer', 'user'],
  ['max_parallel_workers', '8', null, 'integer', 'user'],
  ['max_parallel_maintenance_workers', '2', null, 'integer', 'user'],
  ['max_worker_processes', '8', null, 'integer', 'postmaster'],
  ['parallel_leader_participation', 'on', null, 'bool', 'user'],
  ['parallel_setup_cost', '1000', null, 'real', 'user'],
  ['parallel_tuple_cost', '0.1', null, 'real', 'user'],
  ['min_parallel_table_scan_size', '1024', '8kB', 'integer', 'user'],
  ['min_parallel_index_scan_size', '64', '8kB', 'integer', 'user'],
  ['debug_parallel_query', 'off', null, 'enum', 'user'],
  ['enable_parallel_hash', 'on', null, 'bool', 'user'],
  ['enable_hashjoin', 'on', null, 'bool', 'user'],
  ['enable_hashagg', 'on', null, 'bool', 'user'],
  ['random_page_cost', '4', null, 'real', 'user'],
  ['work_mem', '4096', 'kB', 'integer', 'user'],
  ['hash_mem_multiplier', '2', null, 'real', 'user'],
  ['maintenance_work_mem', '65536', 'kB', 'integer', 'user'],
  ['shared_buffers', '16384', '8kB', 'integer', 'postmaster'],
  ['effective_cache_size', '524288', '8kB', 'integer', 'user'],
  ['max_connections', '100', null, 'integer', 'postmaster'],
  ['allow_alter_system', 'on', null, 'bool', 'sighup'],
];

export interface FactsChanges extends Partial<Omit<SettingsFacts, 'settings'>> {
  /** Fields of some settings; a value given as `setting` is shown with its unit, too. */
  readonly settings?: Readonly<Record<string, Partial<SettingState>>>;
}

/** A server with the defaults of PostgreSQL 18, asked by the ordinary user `app` in the database `shop`, and what differs. */
export function factsOf({ settings = {}, ...changes }: FactsChanges = {}): SettingsFacts {
  const states = rows.map(([name, defaultValue, unit, vartype, context]): SettingState => {
    const change = settings[name] ?? {};
    const setting = change.setting ?? defaultValue;
    return {
      name,
      value: shownValue(setting, unit),
      unit,
      vartype,
      source: 'default',
      context,
      defaultValue,
      resetValue: setting,
      pendingRestart: false,
      fromAutoConf: null,
      ...change,
      setting,
    };
  });
  return {
    serverVersion: 180004,
    user: { name: 'app', quoted: 'app' },
    database: { name: 'shop', quoted: 'shop' },
    onStandby: false,
    settings: new Map(states.map(state => [state.name, state])),
    scoped: [],
    tables: [],
    moreTables: false,
    files: null,
    connections: { now: 1, active: 0, maximum: 100 },
    ...changes,
  };
}

/** The same server after the settings were given these values, written as SHOW prints them. */
export function withValues(facts: SettingsFacts, values: Readonly<Record<string, string>>): SettingsFacts {
  const settings = new Map(facts.settings);
  for (const [name, value] of Object.entries(values)) {
    const state = settings.get(name)!;
    const parsed = state.vartype === 'integer' ? parseInteger(value, state.unit) : undefined;
    settings.set(name, { ...state, value, setting: parsed?.ok === true ? String(parsed.value) : value });
  }
  return { ...facts, settings };
}
