import assert from 'node:assert/strict';
import { documentStatements } from '../../../src/sql/documentStatements';

class Document {
  version = 1;
  reads = 0;

  constructor(private text: string) {}

  getText(): string {
    this.reads += 1;
    return this.text;
  }

  type(text: string): void {
    this.text = text;
    this.version += 1;
  }
}

describe('sql: statements of a document', () => {
  it('are found once for each version, however many ask', () => {
    const document = new Document('SELECT 1; VACUUM');
    const first = documentStatements(document);
    assert.deepEqual(
      first.statements.map(({ keyword }) => keyword),
      ['SELECT', 'VACUUM'],
    );
    assert.equal(documentStatements(document), first);
    assert.equal(document.reads, 1);
  });

  it('are found anew after a change, and belong to their document', () => {
    const document = new Document('SELECT 1');
    documentStatements(document);
    document.type('VALUES (1)');
    assert.equal(documentStatements(document).text, 'VALUES (1)');
    assert.equal(documentStatements(document).statements[0]?.keyword, 'VALUES');
    assert.deepEqual(documentStatements(new Document('')).statements, []);
  });
});
