import { existsIn, findSetting, foldName, majorVersion, nearestName } from './catalogue';
import type { Override } from './override';
import type { OverrideSet } from './overrideSets';
import type { OverrideReason } from './reasons';
import type { ServerSetting } from './serverSettings';
import { valueFault } from './value';

export type ValidatedOverrides =
  | { readonly ok: true; readonly overrides: readonly Override[] }
  | { readonly ok: false; readonly reasons: readonly OverrideReason[] };

/**
 * The set's overrides with their names as the server spells them, or every reason why this server would refuse one.
 * `settings` are the server's own (`decodeServerSettings`), `serverVersion` its `server_version_num`. An accepted override
 * is one that `set_config(name, value, true)` takes.
 */
export function validateOverrides(
  set: OverrideSet,
  settings: ReadonlyMap<string, ServerSetting>,
  serverVersion: number,
): ValidatedOverrides {
  const overrides: Override[] = [];
  const reasons: OverrideReason[] = [];
  for (const { name, value } of set.overrides) {
    const reason = fault(name, value, settings, majorVersion(serverVersion));
    if (reason) {
      reasons.push(reason);
    } else {
      overrides.push({ name: foldName(name), value });
    }
  }
  return reasons.length > 0 ? { ok: false, reasons } : { ok: true, overrides };
}

/** The server would change these without a complaint; each makes the statement another one. */
const refusedNames = new Set(['role', 'session_authorization', 'search_path']);

function fault(
  name: string,
  value: string,
  settings: ReadonlyMap<string, ServerSetting>,
  serverMajor: number,
): OverrideReason | undefined {
  const folded = foldName(name);
  if (refusedNames.has(folded) || name.includes('.')) {
    return { kind: 'refusedName', name: folded };
  }
  const known = findSetting(folded);
  if (!known) {
    return { kind: 'unknownName', name, nearest: nearestName(name) ?? null };
  }
  const setting = settings.get(known.name);
  if (!setting) {
    return existsIn(known, serverMajor)
      ? { kind: 'notOnServer', name: known.name }
      : { kind: 'otherVersion', setting: known, serverMajor };
  }
  if (setting.context !== 'user') {
    return { kind: 'notSettable', name: known.name, context: setting.context };
  }
  switch (valueFault(value, setting)) {
    case 'syntax':
      return { kind: 'badValue', setting, value };
    case 'unit':
      return { kind: 'badUnit', setting, value };
    case 'range':
      return { kind: 'outOfRange', setting, value };
    case undefined:
      return undefined;
  }
}
