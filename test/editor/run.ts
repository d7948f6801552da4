// Runs test/editor inside an editor: `node out/test/editor/run.js minimum|latest|desktop [-g <expression>]`.
import path from 'node:path';
import { findDesktop } from '../lab/desktop';
import { repositoryFolder } from '../lab/repository';
import { startShop } from '../lab/shop';
import { leftovers } from '../lab/watched';
import { sendEvent } from '../suites/events';
import { mochaChoice } from '../suites/runMocha';
import { skipReason } from '../suites/skipReason';
import { runInDesktop } from './inDesktop';
import { runInEditor } from './inEditor';

async function main(): Promise<number> {
  const [target, ...args] = process.argv.slice(2);
  const choice = mochaChoice(args);
  // Before a database is loaded in vain.
  if (target === 'desktop') await findDesktop();
  const shop = await startShop();
  try {
    const run = { shop, choice, failures: path.join(repositoryFolder, 'out', 'failures', `editor-${target}`) };
    if (target === 'desktop') return await runInDesktop(run);
    if (target === 'minimum' || target === 'latest') return await runInEditor({ ...run, release: target });
    throw new Error(`${target} is no editor: minimum, latest or desktop.`);
  } finally {
    await shop.stop();
  }
}

main().then(
  code => {
    for (const leftover of leftovers()) {
      sendEvent({ type: 'failed', title: `editor: nothing is left behind, but ${leftover} is` });
    }
    process.exitCode = code;
  },
  (error: unknown) => {
    const reason = skipReason(error);
    if (reason === null) throw error;
    sendEvent({ type: 'skipped', title: 'all of it', reason });
    sendEvent({ type: 'finished' });
  },
);
