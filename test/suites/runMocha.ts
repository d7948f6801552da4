import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import Mocha from 'mocha';
import { repositoryFolder } from '../lab/repository';
import { Reporter } from '../reporter';

export interface MochaChoice {
  /** Only tests whose full title matches this regular expression. */
  readonly grep?: string | undefined;
  /** Stop at the first failure. */
  readonly bail?: boolean | undefined;
  /** Over the one of .mocharc.json. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Runs `**\/*.test.js` below `out/test/<folder>` in this process and resolves to the number of failures. The counts go
 * out as events.
 */
export async function runMocha(folder: string, choice: MochaChoice, hooks?: Mocha.RootHookObject): Promise<number> {
  const settings = JSON.parse(
    await readFile(path.join(repositoryFolder, '.mocharc.json'), 'utf8'),
  ) as Mocha.MochaOptions;
  const mocha = new Mocha({
    ...settings,
    reporter: Reporter,
    forbidOnly: true,
    ...(hooks === undefined ? {} : { rootHooks: hooks }),
    bail: choice.bail ?? false,
    ...(choice.timeoutMs === undefined ? {} : { timeout: choice.timeoutMs }),
    ...(choice.grep === undefined ? {} : { grep: choice.grep }),
  });
  const root = path.join(repositoryFolder, 'out', 'test', folder);
  const files = (await readdir(root, { recursive: true })).filter(file => file.endsWith('.test.js')).sort();
  for (const file of files) mocha.addFile(path.join(root, file));
  return new Promise(resolve => {
    mocha.run(resolve);
  });
}

/** Of `-g <expression>` (or `--grep`) and `--bail`. Throws on any other argument. */
export function mochaChoice(args: readonly string[]): MochaChoice {
  let choice: MochaChoice = {};
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '-g' || arg === '--grep') choice = { ...choice, grep: rest.shift() };
    else if (arg === '-b' || arg === '--bail') choice = { ...choice, bail: true };
    else throw new Error(`${arg} is not understood: after "--" come -g <expression> and --bail.`);
  }
  return choice;
}
