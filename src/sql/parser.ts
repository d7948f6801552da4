import { Worker } from 'node:worker_threads';
import type { StatementFacts } from './statementFacts';

/** What the parser found: the facts of a statement, or why there are none, with the place of the error if it has one. */
export type ParseOutcome =
  | { readonly ok: true; readonly statement: StatementFacts }
  | {
      readonly ok: false;
      /** A sentence or PostgreSQL's own message. */
      readonly message: string;
      /** UTF-16 offset in the text, or null. */
      readonly offset: number | null;
    };

/** Client to worker: parse this text. */
export interface ParseRequest {
  readonly id: number;
  readonly sql: string;
}

/** Worker to client. */
export interface ParseReply {
  readonly id: number;
  readonly outcome: ParseOutcome;
  /** The parser may be in a bad state: this worker must not be asked again. */
  readonly damaged: boolean;
}

/**
 * PostgreSQL's parser in a worker thread, which is started by the first request, and anew by the next one after it died.
 * An idle worker does not keep the process alive.
 */
export class SqlParser {
  readonly #workerFile: string;
  readonly #pending = new Map<number, (outcome: ParseOutcome) => void>();
  #worker: Worker | undefined;
  #requests = 0;
  #disposed = false;

  /** `workerFile` is the compiled parserWorker; in a bundle, libpg-query.wasm must be beside it. */
  constructor(workerFile: string) {
    this.#workerFile = workerFile;
  }

  /**
   * What the parse tree of `sql` says. Always resolves, also when the worker dies, on an abort (at once) and on `dispose()`; these
   * are `ok: false` with a sentence.
   */
  facts(sql: string, signal?: AbortSignal): Promise<ParseOutcome> {
    const nul = sql.indexOf('\0');
    if (nul >= 0) {
      // The parser takes it for the end of the text and would say nothing of the rest.
      return Promise.resolve(refusal('The text contains a NUL character, which PostgreSQL does not allow.', nul));
    }
    if (signal?.aborted === true) {
      return Promise.resolve(refusal('Parsing was cancelled.'));
    }
    if (this.#disposed) {
      return Promise.resolve(refusal('The parser has been closed.'));
    }
    return new Promise(resolve => {
      const id = ++this.#requests;
      const abort = (): void => {
        this.#settle(id, refusal('Parsing was cancelled.'));
      };
      this.#pending.set(id, outcome => {
        signal?.removeEventListener('abort', abort);
        resolve(outcome);
      });
      signal?.addEventListener('abort', abort);
      this.#send({ id, sql });
    });
  }

  /** Ends the worker; what is pending is settled. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    const worker = this.#worker;
    this.#drop('The parser has been closed.');
    await worker?.terminate();
  }

  #send(request: ParseRequest): void {
    try {
      this.#worker ??= this.#start();
      this.#worker.ref();
      this.#worker.postMessage(request);
    } catch (error) {
      this.#drop(`The parser could not be started: ${sentenceOf(error)}`);
    }
  }

  #start(): Worker {
    // The WASM glue prints what it then throws, and the outcome says it: `stderr` keeps that out of the host's own.
    const worker = new Worker(this.#workerFile, { resourceLimits: { stackSizeMb }, stderr: true });
    const lost = (message: string): void => {
      if (this.#worker === worker) {
        this.#drop(message);
      }
    };
    worker.on('message', ({ id, outcome, damaged }: ParseReply) => {
      this.#settle(id, outcome);
      if (damaged) {
        lost('The parser was restarted.');
        void worker.terminate();
      }
    });
    worker.on('error', error => {
      lost(`The parser failed: ${sentenceOf(error)}`);
    });
    worker.on('exit', () => {
      lost('The parser ended unexpectedly.');
    });
    return worker;
  }

  #settle(id: number, outcome: ParseOutcome): void {
    const settle = this.#pending.get(id);
    this.#pending.delete(id);
    settle?.(outcome);
    if (this.#pending.size === 0) {
      this.#worker?.unref();
    }
  }

  /** Forgets the worker; nobody waits for it any more. */
  #drop(message: string): void {
    this.#worker?.unref();
    this.#worker = undefined;
    for (const id of [...this.#pending.keys()]) {
      this.#settle(id, refusal(message));
    }
  }
}

/** Generated statements can be deep, and a worker's default of 4 MB ends between 20,000 and 50,000 terms of one sum. */
const stackSizeMb = 32;

function refusal(message: string, offset: number | null = null): ParseOutcome {
  return { ok: false, message, offset };
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
