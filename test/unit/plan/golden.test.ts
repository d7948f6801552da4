import assert from 'node:assert/strict';
import { buildPlan } from '../../../src/plan/build';
import { decodeExplain } from '../../../src/plan/decode';
import { nodeTitle } from '../../../src/plan/nodeTitle';
import { readFixtures } from '../../fixtures/plans/fixture';

/** The node lines of text EXPLAIN: with costs, which no other line has; from the arrow to the costs. */
function titlesOfText(lines: readonly string[]): string[] {
  return lines.flatMap(line => {
    const title = /^ *(?:-> {2})?(.+?) {2}\(cost=/.exec(line)?.[1];
    return title === undefined ? [] : [title];
  });
}

describe('plan: names and objects are those of text EXPLAIN', () => {
  for (const { name, servers } of readFixtures()) {
    for (const [major, { json, text }] of Object.entries(servers)) {
      it(`${name}, PostgreSQL ${major}`, () => {
        const decoded = decodeExplain(json.join('\n'));
        const plan = decoded.ok ? buildPlan(decoded.value) : undefined;
        assert.deepEqual(plan?.nodes.map(nodeTitle) ?? [], titlesOfText(text));
        assert.deepEqual(plan?.problems ?? [], []);
      });
    }
  }
});
