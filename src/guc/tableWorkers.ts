import type { BytesInWords, SettingsFinding } from './settingsFinding';
import type { SettingsFacts, TableWorkers } from './settingsFacts';

/** Tables whose number of workers was fixed by hand; 0 keeps them out of parallel scans. */
export function tableFindings(facts: SettingsFacts, words: BytesInWords): SettingsFinding[] {
  const none = facts.tables.filter(({ workers }) => workers === 0);
  const some = facts.tables.filter(({ workers }) => workers > 0);
  const more = facts.moreTables ? [`Only the ${facts.tables.length} largest such tables are looked at.`] : [];
  const finding = (
    id: string,
    severity: SettingsFinding['severity'],
    tables: readonly TableWorkers[],
    title: string,
    sentence: string,
  ): SettingsFinding[] =>
    tables.length === 0
      ? []
      : [
          {
            id,
            severity,
            title,
            sentence,
            figures: [...tables.map(table => tableWords(table, words)), ...more],
            remedies: tables.map(table => resetOf(facts, table)),
          },
        ];
  return [
    ...finding(
      'tablesOff',
      'warning',
      none,
      'Tables never scanned in parallel',
      `${subject(none)} never scanned in parallel: parallel_workers is 0 there.`,
    ),
    ...finding(
      'tablesFixed',
      'hint',
      some,
      'Tables with a fixed number of workers',
      `${subject(some)} scanned with a fixed number of workers, whatever the size becomes.`,
    ),
  ];
}

function subject(tables: readonly TableWorkers[]): string {
  return tables.length === 1 ? `${tables[0]?.table ?? ''} is` : `${tables.length} tables are`;
}

function tableWords({ table, workers, sizeBytes }: TableWorkers, words: BytesInWords): string {
  const size = sizeBytes === 0 ? 'size not known before VACUUM or ANALYZE' : words(sizeBytes);
  return `${table}: parallel_workers = ${workers}, ${size}`;
}

function resetOf(
  { onStandby }: SettingsFacts,
  { kind, table, workers }: TableWorkers,
): SettingsFinding['remedies'][number] {
  return {
    sql: `ALTER ${kind} ${table} RESET (parallel_workers);`,
    undo: `ALTER ${kind} ${table} SET (parallel_workers = ${workers});`,
    note: onStandby ? 'This server is a standby: run it on the primary.' : null,
  };
}
