import { splitStatements, type Statement } from './statements';

/** A document as far as it has a text; an editor's has another version for every other text. */
export interface VersionedText {
  readonly version: number;
  getText(): string;
}

export interface DocumentStatements {
  readonly text: string;
  /** In order, as `splitStatements` finds them. */
  readonly statements: readonly Statement[];
}

const known = new WeakMap<VersionedText, DocumentStatements & { readonly version: number }>();

/** The text of a document and its statements: split once for every version, whoever asks, and kept as long as the document. */
export function documentStatements(document: VersionedText): DocumentStatements {
  const before = known.get(document);
  if (before?.version === document.version) {
    return before;
  }
  const text = document.getText();
  const now = { version: document.version, text, statements: splitStatements(text) };
  known.set(document, now);
  return now;
}
