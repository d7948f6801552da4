import { decodeServerSettings, type ServerSetting } from '../../../src/guc/serverSettings';

/** A row as `serverSettingsQuery` returns it; a `user` setting unless told otherwise. */
export function settingRow(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return {
    setting: '0',
    unit: null,
    vartype: 'integer',
    context: 'user',
    min_val: null,
    max_val: null,
    enumvals: null,
    ...row,
  };
}

/** A few settings as PostgreSQL 18 reports them, one of each kind. */
export const settings18: ReadonlyMap<string, ServerSetting> = decodeServerSettings(
  [
    { name: 'work_mem', unit: 'kB', min_val: '64', max_val: '2147483647' },
    { name: 'effective_cache_size', unit: '8kB', min_val: '1', max_val: '2147483647' },
    { name: 'max_parallel_workers_per_gather', min_val: '0', max_val: '1024' },
    { name: 'parallel_setup_cost', vartype: 'real', min_val: '0', max_val: '1.79769e+308' },
    { name: 'hash_mem_multiplier', vartype: 'real', min_val: '1', max_val: '1000' },
    { name: 'enable_seqscan', vartype: 'bool' },
    { name: 'debug_parallel_query', vartype: 'enum', enumvals: 'off,on,regress' },
    { name: 'plan_cache_mode', vartype: 'enum', enumvals: 'auto,force_generic_plan,force_custom_plan' },
    { name: 'jit', vartype: 'bool', context: 'superuser' },
    { name: 'geqo', vartype: 'bool', context: 'postmaster' },
  ].map(settingRow),
);
