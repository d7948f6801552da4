import axe from 'axe-core';
import type { Frame, Page } from 'playwright-core';

/** What axe finds in a document: one line for each rule that is broken, with the elements that break it. */
export async function axeViolations(document: Page | Frame): Promise<readonly string[]> {
  await document.evaluate(axe.source);
  return document.evaluate(
    `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
      violations.map(({ id, nodes }) => id + ': ' + nodes.map(node => node.html + ' ' + node.failureSummary).join(' | ')))`,
  );
}
