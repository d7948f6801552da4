import { appendFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hasCode } from '../lab/errorCode';

/** What a suite tells the runner, one JSON line each, in the file that `PLANPOOL_TEST_EVENTS` names. */
export type TestEvent =
  | { readonly type: 'passed'; readonly title: string }
  | { readonly type: 'failed'; readonly title: string }
  | { readonly type: 'skipped'; readonly title: string; readonly reason: string }
  /** The last one: the suite came to its end. */
  | { readonly type: 'finished' };

const variable = 'PLANPOOL_TEST_EVENTS';

/** Of the child process that is to write its events to `file`; with an empty name it keeps them to itself. */
export function eventsEnvironment(file: string): Record<string, string> {
  return { [variable]: file };
}

/** Written at once, for the process may be about to crash. Nothing happens outside of the runner. */
export function sendEvent(event: TestEvent): void {
  const file = process.env[variable];
  if (file) appendFileSync(file, `${JSON.stringify(event)}\n`);
}

/** Empty when there is no such file. */
export async function readEvents(file: string): Promise<readonly TestEvent[]> {
  try {
    const lines = (await readFile(file, 'utf8')).split('\n').filter(line => line !== '');
    return lines.map(line => JSON.parse(line) as TestEvent);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}
