import assert from 'node:assert/strict';
import { splitStatements, statementAt } from '../../../src/sql/statements';

/** The cursor is at `|`. */
function assertAt(marked: string, expected: string | undefined): void {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  const found = statementAt(splitStatements(text), text, offset);
  assert.equal(found && text.slice(found.start, found.end), expected, JSON.stringify(marked));
}

describe('sql: statement at the cursor', () => {
  it('is the one the cursor is in', () => {
    assertAt('|SELECT 1; SELECT 2', 'SELECT 1');
    assertAt('SELECT| 1; SELECT 2', 'SELECT 1');
    assertAt('SELECT 1|; SELECT 2', 'SELECT 1');
    assertAt('SELECT 1;|\nSELECT 2', 'SELECT 1');
    assertAt('SELECT 1 -- a\n| /* b */ ; SELECT 2', 'SELECT 1');
    assertAt('SELECT 1\\;| SELECT 2', 'SELECT 1');
    assertAt('SELECT 1; SEL|ECT 2', 'SELECT 2');
    assertAt('SELECT 1;|SELECT 2', 'SELECT 2');
    assertAt('SELECT 1;/*+| h */ SELECT 2', '/*+ h */ SELECT 2');
  });

  it('is the last one on the line before the cursor', () => {
    assertAt('SELECT 1; |\nSELECT 2', 'SELECT 1');
    assertAt('SELECT 1; -- no|te\r\nSELECT 2', 'SELECT 1');
    assertAt('SELECT 1; | SELECT 2', 'SELECT 1');
    assertAt('SELECT 1 \\g| \nSELECT 2', 'SELECT 1');
  });

  it('is the next one if the cursor is above it', () => {
    assertAt('-- abo|ut\nSELECT 1', 'SELECT 1');
    assertAt('SELECT 1;\n|\nSELECT 2', 'SELECT 2');
    assertAt('SELECT 1;\r| SELECT 2', 'SELECT 2');
    assertAt('SELECT 1;\n-- about| 2\n\nSELECT 2', 'SELECT 2');
  });

  it('is the last one if the cursor is below all', () => {
    assertAt('SELECT 1;\nSELECT 2;\n\n|', 'SELECT 2');
    assertAt('SELECT 1\n-- end|', 'SELECT 1');
  });

  it('is none if there is none', () => {
    assertAt('|', undefined);
    assertAt('-- a|', undefined);
  });
});
