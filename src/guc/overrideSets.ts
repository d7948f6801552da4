import { foldName } from './catalogue';
import type { Override } from './override';

/** A named list of planner settings that are applied to one run. */
export interface OverrideSet {
  readonly name: string;
  /** One sentence for a quick pick. */
  readonly description: string;
  /** In the order in which they are set. */
  readonly overrides: readonly Override[];
  readonly builtIn: boolean;
}

/** The set that changes nothing. */
export const serverDefaults = builtIn('Server defaults', 'As this connection plans without any override.', {});

/** The sets that are always there. */
export const builtInOverrideSets: readonly OverrideSet[] = [
  serverDefaults,
  builtIn('Serial', 'No parallel plan.', { max_parallel_workers_per_gather: '0' }),
  builtIn('Eager', 'Parallel wherever it is possible: no costs, no minimum sizes, four workers per Gather.', {
    max_parallel_workers_per_gather: '4',
    parallel_setup_cost: '0',
    parallel_tuple_cost: '0',
    min_parallel_table_scan_size: '0',
    min_parallel_index_scan_size: '0',
  }),
  builtIn('Eight cores', 'What a session can set for a machine with eight cores.', {
    max_parallel_workers: '8',
    max_parallel_workers_per_gather: '4',
    max_parallel_maintenance_workers: '4',
    parallel_tuple_cost: '0.1',
    parallel_setup_cost: '1000',
  }),
];

/**
 * The user's own sets from the setting `planpool.overrideSets`: an object of set name → object of planner setting →
 * text, number or boolean. A set that cannot be used whole is left out and named in `problems`, one sentence each. Names and values of
 * planner settings are not judged here: that needs a server (`validateOverrides`).
 */
export function decodeOverrideSets(setting: unknown): {
  readonly sets: readonly OverrideSet[];
  readonly problems: readonly string[];
} {
  const sets: OverrideSet[] = [];
  const problems: string[] = [];
  if (setting === undefined || setting === null) {
    return { sets, problems };
  }
  if (!isObject(setting)) {
    return { sets, problems: ['planpool.overrideSets must be an object of override sets.'] };
  }
  const taken = new Set(builtInOverrideSets.map(set => set.name.toLowerCase()));
  for (const [key, value] of Object.entries(setting)) {
    const name = key.trim();
    const label = `Override set ${JSON.stringify(key)}`;
    if (name === '') {
      problems.push('An override set in planpool.overrideSets has no name.');
    } else if (taken.has(name.toLowerCase())) {
      problems.push(`${label} is left out: another set, built in or your own, has that name.`);
    } else if (!isObject(value)) {
      problems.push(`${label} must be an object of planner settings and their values.`);
    } else {
      taken.add(name.toLowerCase());
      const { overrides, faults } = decodeOverrides(value);
      if (faults.length > 0) {
        // Half a set would plan something else than its name says.
        problems.push(`${label} is left out: ${faults.join('; ')}.`);
      } else {
        sets.push({ name, description: summary(overrides), overrides, builtIn: false });
      }
    }
  }
  return { sets, problems };
}

function decodeOverrides(set: Readonly<Record<string, unknown>>): { overrides: Override[]; faults: string[] } {
  const byName = new Map<string, Override>();
  const faults: string[] = [];
  for (const [name, value] of Object.entries(set)) {
    const text = valueText(value);
    if (text === undefined) {
      faults.push(`the value of ${JSON.stringify(name)} must be text, a number, true or false`);
    } else if (byName.has(foldName(name))) {
      faults.push(`${foldName(name)} stands in it twice`);
    } else {
      byName.set(foldName(name), { name, value: text });
    }
  }
  return { overrides: [...byName.values()], faults };
}

function valueText(value: unknown): string | undefined {
  if (typeof value === 'boolean') {
    return value ? 'on' : 'off';
  }
  if (typeof value === 'number') {
    return Number.isFinite(value) ? String(value) : undefined;
  }
  return typeof value === 'string' ? value : undefined;
}

/** `work_mem = 64MB, jit = off`; long lists are cut. */
function summary(overrides: readonly Override[]): string {
  const shown = overrides.slice(0, 4).map(({ name, value }) => `${name} = ${value}`);
  const more = overrides.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

function builtIn(name: string, description: string, settings: Readonly<Record<string, string>>): OverrideSet {
  const overrides = Object.entries(settings).map(([setting, value]) => ({ name: setting, value }));
  return { name, description, overrides, builtIn: true };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
