/**
 * Reads along the words of one statement to know what its first words alone do not say: whether a `;` is inside the body of a
 * routine, whether data follows, whether a CREATE holds a query.
 *
 * As psql does (src/fe_utils/psqlscan.l), only a statement that begins with CREATE [OR REPLACE] {FUNCTION | PROCEDURE} can
 * have a body, in which CASE and END nest. It is stricter than psql in two points, where the server is: BEGIN counts
 * only before ATOMIC (a function may be called `begin`), and a label (`x.end`, `AS end`) does not count.
 */
export class StatementWords {
  /** The first word in capitals; empty until there is one. */
  keyword = '';
  /** Open BEGIN ATOMIC and CASE; a `;` ends the statement only at 0. */
  bodyDepth = 0;
  /** A `COPY … FROM stdin`: its data follows in the text. */
  readsDataBelow = false;
  /** A CREATE TABLE … AS or CREATE MATERIALIZED VIEW … AS. */
  createsFromQuery = false;

  #follow: 'nothing' | 'copy' | 'create' | 'routine' | 'table' = 'nothing';
  readonly #head: string[] = [];
  #previous = '';

  /** False if nothing more can be learned from the statement, which spares its words being cut out of the text. */
  get following(): boolean {
    return this.#follow !== 'nothing';
  }

  /** The first word of the statement, in capitals. */
  begin(keyword: string): void {
    this.keyword = keyword;
    this.#previous = keyword;
    this.#head.push(keyword);
    this.#follow = keyword === 'COPY' ? 'copy' : keyword === 'CREATE' ? 'create' : 'nothing';
  }

  /** A token that is not a word (and not a comment). */
  addOther(): void {
    this.#previous = '';
  }

  /** One more word outside parentheses, in capitals; `afterDot` if it is a part of a dotted name. */
  add(word: string, afterDot: boolean): void {
    switch (this.#follow) {
      case 'copy':
        this.readsDataBelow ||= word === 'STDIN' && this.#previous === 'FROM';
        break;
      case 'create':
        this.#addToHead(word);
        break;
      case 'table':
        this.createsFromQuery ||= word === 'AS';
        break;
      case 'routine':
        if (!afterDot && this.#previous !== 'AS') {
          this.#addToBody(word);
        }
        break;
      case 'nothing':
        break;
    }
    this.#previous = word;
  }

  /** `CREATE`, then up to four words until it is clear what is created: `CREATE GLOBAL TEMPORARY TABLE`. */
  #addToHead(word: string): void {
    this.#head.push(word);
    if (word === 'TABLE' || word === 'MATERIALIZED') {
      this.#follow = 'table';
    } else if (word === 'FUNCTION' || word === 'PROCEDURE') {
      const head = this.#head.join(' ');
      this.#follow = head === `CREATE ${word}` || head === `CREATE OR REPLACE ${word}` ? 'routine' : 'nothing';
    } else if (this.#head.length > 4) {
      this.#follow = 'nothing';
    }
  }

  #addToBody(word: string): void {
    if (word === 'ATOMIC' && this.#previous === 'BEGIN') {
      this.bodyDepth++;
    } else if (word === 'CASE' && this.bodyDepth > 0) {
      this.bodyDepth++;
    } else if (word === 'END' && this.bodyDepth > 0) {
      this.bodyDepth--;
    }
  }
}
