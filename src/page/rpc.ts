import { errorSentence, isLargerThan, readEnvelope } from './wire';
import type { Envelope, Events, Requests, Wire } from './wire';

/** One end of the way messages take: a webview on the host's side, `acquireVsCodeApi()` and `window` on the page's. */
export interface Port {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): { dispose(): void };
}

/** Calls back once after `delayMs` unless the returned function is called before. */
export type After = (delayMs: number, callback: () => void) => () => void;

/** Why a request got no answer. `failed` is the other end's own error, and the message is its sentence. */
export type RpcFailure = 'failed' | 'malformedReply' | 'timedOut' | 'notSent' | 'disposed';

export class RpcError extends Error {
  override readonly name = 'RpcError';
  constructor(
    readonly reason: RpcFailure,
    sentence: string,
  ) {
    super(sentence);
  }
}

/** A throw or a rejection is sent to the requester as an error. */
export type Handlers<R extends Requests> = {
  readonly [K in keyof R]: (payload: R[K][0]) => R[K][1] | Promise<R[K][1]>;
};
export type Listeners<E extends Events> = { readonly [K in keyof E]: (payload: E[K]) => void };

/** Requests and events of one direction; the other end of an `Rpc` has the two wires the other way round. */
export interface RpcOptions<MyR extends Requests, MyE extends Events, TheirR extends Requests, TheirE extends Events> {
  readonly port: Port;
  /** What this end sends. */
  readonly outgoing: Wire<MyR, MyE>;
  /** What the other end sends. */
  readonly incoming: Wire<TheirR, TheirE>;
  readonly handlers: Handlers<TheirR>;
  readonly listeners: Listeners<TheirE>;
  readonly after: After;
  readonly timeoutMs: number;
  /** Characters and values that an inbound message may hold in all; a larger one is dropped unread. */
  readonly maxInboundSize: number;
  /** Gets one sentence for the log for each message that was ours and could not be used. */
  readonly report: (sentence: string) => void;
}

interface Pending {
  readonly reply: (payload: unknown) => void;
  readonly fail: (error: RpcError) => void;
}

/**
 * Requests and events between two ends that share nothing but messages. Every request settles: with the decoded reply,
 * or with an `RpcError`. Messages of anybody else are ignored, and nothing is used before its decoder accepted it.
 */
export class Rpc<MyR extends Requests, MyE extends Events, TheirR extends Requests, TheirE extends Events> {
  private readonly pending = new Map<number, Pending>();
  private readonly subscription: { dispose(): void };
  private lastId = 0;
  private disposed = false;

  constructor(private readonly options: RpcOptions<MyR, MyE, TheirR, TheirE>) {
    this.subscription = options.port.onMessage(message => {
      this.receive(message);
    });
  }

  /** Rejects with an `RpcError`, never with anything else. */
  async request<K extends keyof MyR & string>(name: K, payload: MyR[K][0]): Promise<MyR[K][1]> {
    if (this.disposed) {
      throw new RpcError('disposed', `“${name}” was not sent: this end is closed.`);
    }
    const id = ++this.lastId;
    const { timeoutMs, after } = this.options;
    return new Promise<MyR[K][1]>((resolve, reject) => {
      const settle = (): void => {
        stopTimer();
        this.pending.delete(id);
      };
      const fail = (error: RpcError): void => {
        settle();
        reject(error);
      };
      const stopTimer = after(timeoutMs, () => {
        fail(new RpcError('timedOut', `“${name}” was not answered within ${timeoutMs / 1000} s.`));
      });
      const reply = (answer: unknown): void => {
        try {
          resolve(this.options.outgoing.requests[name].gets(answer));
          settle();
        } catch (error) {
          fail(new RpcError('malformedReply', `The answer to “${name}” is malformed: ${errorSentence(error)}`));
        }
      };
      this.pending.set(id, { reply, fail });
      const failure = this.post({ planpool: 'request', id, name, payload });
      if (failure !== null) {
        fail(new RpcError('notSent', `“${name}” was not sent: ${failure}`));
      }
    });
  }

  /** Never throws; an event that cannot be sent is reported and lost, as one to a hidden page is. */
  emit<K extends keyof MyE & string>(name: K, payload: MyE[K]): void {
    const failure = this.disposed ? 'this end is closed.' : this.post({ planpool: 'event', name, payload });
    if (failure !== null) {
      this.options.report(`The event “${name}” was not sent: ${failure}`);
    }
  }

  /** Rejects what is pending; nothing is sent or received afterwards. */
  dispose(): void {
    if (this.disposed) {
      return;
    }
    this.disposed = true;
    this.subscription.dispose();
    for (const { fail } of [...this.pending.values()]) {
      fail(new RpcError('disposed', 'The other end was closed before it answered.'));
    }
  }

  /** Null when it went out, else why it did not. */
  private post(envelope: Envelope): string | null {
    try {
      this.options.port.post(envelope);
      return null;
    } catch (error) {
      return errorSentence(error);
    }
  }

  private receive(message: unknown): void {
    const envelope = this.disposed ? null : readEnvelope(message);
    if (envelope === null) {
      return;
    }
    const content = envelope.planpool === 'error' ? envelope.sentence : envelope.payload;
    if (isLargerThan(content, this.options.maxInboundSize)) {
      this.receiveOversized(envelope);
      return;
    }
    switch (envelope.planpool) {
      case 'request':
        void this.answer(envelope.id, envelope.name, envelope.payload);
        return;
      case 'event':
        this.notify(envelope.name, envelope.payload);
        return;
      case 'reply':
        this.pending.get(envelope.id)?.reply(envelope.payload);
        return;
      case 'error':
        this.pending.get(envelope.id)?.fail(new RpcError('failed', envelope.sentence));
    }
  }

  private receiveOversized(envelope: Envelope): void {
    this.options.report(`A message of the kind “${envelope.planpool}” was too large and was dropped.`);
    if (envelope.planpool === 'request') {
      this.post({ planpool: 'error', id: envelope.id, sentence: 'The request is too large.' });
    } else if (envelope.planpool === 'reply') {
      this.pending.get(envelope.id)?.fail(new RpcError('malformedReply', 'The answer is too large.'));
    }
  }

  private async answer(id: number, name: string, payload: unknown): Promise<void> {
    let envelope: Envelope;
    try {
      envelope = { planpool: 'reply', id, payload: await this.handle(name, payload) };
    } catch (error) {
      envelope = { planpool: 'error', id, sentence: errorSentence(error) };
    }
    if (this.disposed) {
      return;
    }
    const failure = this.post(envelope);
    if (failure !== null) {
      this.options.report(`The answer to “${name}” was not sent: ${failure}`);
      this.post({ planpool: 'error', id, sentence: `The answer could not be sent: ${failure}` });
    }
  }

  private handle(name: string, payload: unknown): unknown {
    const { incoming, handlers } = this.options;
    if (!Object.hasOwn(incoming.requests, name)) {
      throw new Error(`There is no request “${name}”.`);
    }
    const key: keyof TheirR = name;
    let decoded: TheirR[keyof TheirR][0];
    try {
      decoded = incoming.requests[key].sends(payload);
    } catch (error) {
      const sentence = `The request “${name}” is malformed: ${errorSentence(error)}`;
      this.options.report(sentence);
      throw new Error(sentence, { cause: error });
    }
    return handlers[key](decoded);
  }

  private notify(name: string, payload: unknown): void {
    const { incoming, listeners } = this.options;
    try {
      if (!Object.hasOwn(incoming.events, name)) {
        throw new Error('there is no such event.');
      }
      const key: keyof TheirE = name;
      listeners[key](incoming.events[key](payload));
    } catch (error) {
      this.options.report(`The event “${name}” was dropped: ${errorSentence(error)}`);
    }
  }
}
