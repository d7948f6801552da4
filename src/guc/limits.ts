import type { SettingsFinding } from './settingsFinding';
import { placeKey, placeWords, stronger, type Remedy } from './remedy';
import type { ServerSize, SettingsFacts } from './settingsFacts';
import { about, changed, valueAt, sessionValue, valuesOf, valueWords, type SettingValue } from './settingValues';

const perGather = 'max_parallel_workers_per_gather';
const maintenance = 'max_parallel_maintenance_workers';
const inAll = 'max_parallel_workers';
const background = 'max_worker_processes';

/** Settings that promise more workers than another one, or the machine, lets run. */
export function limitFindings(facts: SettingsFacts, size: ServerSize): SettingsFinding[] {
  return [
    ...moreThanInAll(facts, size, perGather, 'per Gather', n => `a query may plan ${n} workers per Gather`),
    ...moreThanInAll(
      facts,
      size,
      maintenance,
      'for maintenance',
      n => `CREATE INDEX and VACUUM may ask for ${n} workers`,
    ),
    ...moreThanBackground(facts),
    ...[inAll, perGather, maintenance].flatMap(name => moreThanCores(facts, size, name)),
  ];
}

function moreThanInAll(
  facts: SettingsFacts,
  size: ServerSize,
  name: string,
  purpose: string,
  promise: (workers: number) => string,
): SettingsFinding[] {
  const slots = Number(sessionValue(facts, background)?.setting);
  const findings = new Map<string, SettingsFinding>();
  for (const [one, all] of pairs(facts, name, inAll)) {
    const asked = Number(one.setting);
    const limit = Number(all.setting);
    const id = `moreThanInAll:${name}:${placeKey(one.place)}:${placeKey(all.place)}`;
    if (limit > 0 && asked > limit && !findings.has(id)) {
      const place = stronger(one.place, all.place);
      const mayRaise = asked <= slots && asked <= (size.cores ?? Infinity);
      findings.set(id, {
        id,
        severity: one.ours && all.ours ? 'warning' : 'hint',
        title: `${asked} workers ${purpose}, ${limit} in all`,
        sentence: about(
          { place, ours: one.ours && all.ours },
          `${promise(asked)}, but only ${limit === 1 ? 'one parallel worker' : `${limit} parallel workers`} may run at once.`,
        ),
        figures: [valueWords(one), valueWords(all)],
        remedies: [
          ...changed(facts, { ...one, place }, limit),
          ...(mayRaise ? changed(facts, { ...all, place }, asked) : []),
        ],
      });
    }
  }
  return [...findings.values()];
}

/** What two settings are together: for this session first, then wherever one of them has a value of its own. */
function pairs(facts: SettingsFacts, first: string, second: string): (readonly [SettingValue, SettingValue])[] {
  const ours = pair(sessionValue(facts, first), sessionValue(facts, second));
  const others = [...valuesOf(facts, first), ...valuesOf(facts, second)]
    .filter(({ place }) => place.kind !== 'session')
    .flatMap(({ place }) => pair(valueAt(facts, first, place), valueAt(facts, second, place)));
  return [...ours, ...others];
}

function pair(
  one: SettingValue | null | undefined,
  other: SettingValue | null | undefined,
): (readonly [SettingValue, SettingValue])[] {
  return one && other ? [[one, other]] : [];
}

function moreThanBackground(facts: SettingsFacts): SettingsFinding[] {
  const slots = sessionValue(facts, background);
  return valuesOf(facts, inAll).flatMap(one => {
    if (!slots || Number(slots.setting) === 0 || Number(one.setting) <= Number(slots.setting)) {
      return [];
    }
    return finding(
      'moreThanBackground',
      one,
      `${one.setting} parallel workers, ${slots.setting} slots`,
      about(
        one,
        `${one.setting} parallel workers are allowed, but the server has only ${slots.setting} slots for background workers.`,
      ),
      [
        valueWords(one),
        valueWords(slots),
        'Logical replication and extensions take slots of the same background workers.',
      ],
      [...changed(facts, one, slots.setting), ...changed(facts, slots, one.setting)],
    );
  });
}

function moreThanCores(facts: SettingsFacts, { cores }: ServerSize, name: string): SettingsFinding[] {
  if (cores === null) {
    return [];
  }
  return valuesOf(facts, name)
    .filter(({ setting }) => Number(setting) > cores)
    .flatMap(one =>
      finding(
        `moreThanCores:${name}`,
        one,
        `${one.setting} workers, ${cores === 1 ? 'one core' : `${cores} cores`}`,
        `${name} is ${one.setting} ${placeWords(one.place)}, but the server has ${cores === 1 ? 'one core' : `${cores} cores`}: workers without a core only wait.`,
        [valueWords(one), `Cores: ${cores}`],
        changed(facts, one, cores),
      ),
    );
}

function finding(
  id: string,
  one: SettingValue,
  title: string,
  sentence: string,
  figures: readonly string[],
  remedies: readonly Remedy[],
): SettingsFinding[] {
  const severity = one.ours ? 'warning' : 'hint';
  return [{ id: `${id}:${placeKey(one.place)}`, severity, title, sentence, figures, remedies }];
}
