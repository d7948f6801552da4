import { concurrencyFindings } from './concurrency';
import { limitFindings } from './limits';
import { memoryFindings } from './memoryUse';
import { settingFindings } from './oddSettings';
import type { ServerSize, SettingsFacts } from './settingsFacts';
import type { BytesInWords, SettingsFinding } from './settingsFinding';
import { switchedOffFindings } from './switchedOff';
import { tableFindings } from './tableWorkers';

/** Everything that is odd about the settings, worst first. */
export function settingsFindings(
  facts: SettingsFacts,
  size: ServerSize,
  words: BytesInWords,
): readonly SettingsFinding[] {
  const findings = [
    ...switchedOffFindings(facts),
    ...limitFindings(facts, size),
    ...memoryFindings(facts, size, words),
    ...settingFindings(facts),
    ...concurrencyFindings(facts, size),
    ...tableFindings(facts, words),
  ];
  const rank = ({ severity }: SettingsFinding): number => (severity === 'warning' ? 0 : 1);
  return findings.sort((a, b) => rank(a) - rank(b));
}
