import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as v from 'valibot';
import { Rpc, RpcError } from '../../../src/page/rpc';
import type { After, Handlers, Port } from '../../../src/page/rpc';
import { readEnvelope } from '../../../src/page/wire';
import type { Wire } from '../../../src/page/wire';

type Asks = { double: [number, number]; never: [null, null] };
type Tells = { news: string };

const number = (value: unknown): number => v.parse(v.number(), value);
const nothing = (value: unknown): null => v.parse(v.null(), value);
const asks: Wire<Asks, Record<string, never>> = {
  requests: { double: { sends: number, gets: number }, never: { sends: nothing, gets: nothing } },
  events: {},
};
const tells: Wire<Record<string, never>, Tells> = {
  requests: {},
  events: { news: value => v.parse(v.string(), value) },
};

/** A port whose other end is in the same test: what is posted on one is heard on the other, copied as a real one would. */
class TestPort implements Port {
  readonly posted: unknown[] = [];
  other: TestPort | null = null;
  private readonly listeners = new Set<(message: unknown) => void>();

  post(message: unknown): void {
    const copy: unknown = structuredClone(message);
    this.posted.push(copy);
    this.other?.deliver(copy);
  }

  onMessage(listener: (message: unknown) => void): { dispose(): void } {
    this.listeners.add(listener);
    return { dispose: () => void this.listeners.delete(listener) };
  }

  deliver(message: unknown): void {
    for (const listener of this.listeners) {
      listener(message);
    }
  }

  get isListenedTo(): boolean {
    return this.listeners.size > 0;
  }
}

/** Timers that only the test lets run out. */
class TestTimers {
  readonly running = new Set<() => void>();
  readonly after: After = (_delayMs, callback) => {
    this.running.add(callback);
    return () => void this.running.delete(callback);
  };
  runOut(): void {
    for (const callback of [...this.running]) {
      callback();
    }
  }
}

function ends(handlers: Partial<Handlers<Asks>> = {}) {
  const [pagePort, hostPort] = [new TestPort(), new TestPort()];
  pagePort.other = hostPort;
  hostPort.other = pagePort;
  const timers = new TestTimers();
  const reports: string[] = [];
  const heard: string[] = [];
  const common = { after: timers.after, timeoutMs: 1000, report: (sentence: string) => void reports.push(sentence) };
  const page = new Rpc({
    ...common,
    port: pagePort,
    outgoing: asks,
    incoming: tells,
    handlers: {},
    listeners: { news: text => void heard.push(text) },
    maxInboundSize: 1000,
  });
  const host = new Rpc({
    ...common,
    port: hostPort,
    outgoing: tells,
    incoming: asks,
    handlers: { double: n => 2 * n, never: () => new Promise<null>(() => undefined), ...handlers },
    listeners: {},
    maxInboundSize: 1000,
  });
  return { page, host, pagePort, hostPort, timers, reports, heard };
}

async function failure(request: Promise<unknown>): Promise<RpcError> {
  const error: unknown = await request.then(
    () => assert.fail('the request was answered'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof RpcError);
  return error;
}

describe('page: rpc', () => {
  it('answers requests, and each gets its own answer', async () => {
    const { page, timers } = ends({ double: async n => (await Promise.resolve(), 2 * n) });
    const answers = await Promise.all([1, 2, 3].map(n => page.request('double', n)));
    assert.deepEqual(answers, [2, 4, 6]);
    assert.equal(timers.running.size, 0, 'no timer is left');
  });

  it('delivers events', () => {
    const { host, heard } = ends();
    host.emit('news', 'one');
    assert.deepEqual(heard, ['one']);
  });

  it('sends what a handler threw to the requester, without its stack', async () => {
    const { page, timers } = ends({
      double: () => {
        throw new Error('no luck');
      },
    });
    const error = await failure(page.request('double', 1));
    assert.deepEqual([error.reason, error.message], ['failed', 'no luck']);
    assert.equal(timers.running.size, 0);
  });

  it('sends what a handler rejected with, even when that is no error', async () => {
    const rejected = Promise.reject.bind(Promise);
    const { page } = ends({ double: () => rejected('plain text') });
    assert.equal((await failure(page.request('double', 1))).message, 'plain text');
  });

  it('answers with an error when the answer cannot be sent', async () => {
    const { page, hostPort } = ends();
    const post = hostPort.post.bind(hostPort);
    hostPort.post = message => {
      if (readEnvelope(message)?.planpool === 'reply') {
        throw new Error('DataCloneError');
      }
      post(message);
    };
    assert.match((await failure(page.request('double', 1))).message, /could not be sent/);
  });

  it('rejects a malformed request on the other end and says so', async () => {
    const { page, pagePort, hostPort, reports } = ends();
    pagePort.post({ planpool: 'request', id: 77, name: 'double', payload: 'two' });
    await Promise.resolve();
    const answer = hostPort.posted.at(-1);
    assert.equal(v.parse(v.object({ planpool: v.literal('error'), id: v.literal(77) }), answer).id, 77);
    assert.match(reports[0] ?? '', /“double” is malformed/);
    assert.equal(await page.request('double', 2), 4, 'the next request works');
  });

  for (const name of ['nothing', 'constructor', '__proto__', 'toString']) {
    it(`rejects the unknown request ${name}`, async () => {
      const { pagePort, hostPort } = ends();
      pagePort.post({ planpool: 'request', id: 5, name, payload: null });
      await Promise.resolve();
      const sentence = `There is no request “${name}”.`;
      assert.deepEqual(hostPort.posted.at(-1), { planpool: 'error', id: 5, sentence });
    });
  }

  it('rejects when the answer is malformed', async () => {
    const { page, hostPort, pagePort } = ends();
    pagePort.other = null;
    const request = page.request('double', 1);
    hostPort.post({ planpool: 'reply', id: 1, payload: 'two' });
    assert.equal((await failure(request)).reason, 'malformedReply');
  });

  it('rejects after the time-out, and a late answer does no harm', async () => {
    const { page, hostPort, timers } = ends();
    const request = page.request('never', null);
    timers.runOut();
    assert.equal((await failure(request)).reason, 'timedOut');
    hostPort.post({ planpool: 'reply', id: 1, payload: null });
    assert.equal(await page.request('double', 4), 8);
  });

  it('rejects at once when the message cannot be posted', async () => {
    const { page, pagePort, timers } = ends();
    pagePort.post = () => {
      throw new Error('Webview is disposed');
    };
    const error = await failure(page.request('double', 1));
    assert.deepEqual([error.reason, timers.running.size], ['notSent', 0]);
  });

  it('rejects everything pending when disposed, and does nothing afterwards', async () => {
    const { page, host, pagePort, timers, heard } = ends();
    const pending = [page.request('never', null), page.request('never', null)];
    page.dispose();
    page.dispose();
    const reasons = await Promise.all(pending.map(async request => (await failure(request)).reason));
    assert.deepEqual(reasons, ['disposed', 'disposed']);
    assert.deepEqual([timers.running.size, pagePort.isListenedTo], [0, false]);
    const sent = pagePort.posted.length;
    assert.equal((await failure(page.request('double', 1))).reason, 'disposed');
    host.emit('news', 'late');
    assert.deepEqual([pagePort.posted.length, heard], [sent, []]);
  });

  it('does not answer after it was disposed in the middle of a request', async () => {
    let finish: (n: number) => void = () => undefined;
    const { page, host, hostPort } = ends({ double: () => new Promise(resolve => (finish = resolve)) });
    const request = page.request('double', 1);
    host.dispose();
    finish(2);
    page.dispose();
    await failure(request);
    assert.deepEqual(hostPort.posted, []);
  });

  it('reports an event that a listener could not take, and an unknown one', () => {
    const { pagePort, reports } = ends();
    pagePort.deliver({ planpool: 'event', name: 'news', payload: 7 });
    pagePort.deliver({ planpool: 'event', name: 'gossip', payload: 'x' });
    assert.equal(reports.length, 2);
  });

  it('ignores whatever is not ours', async () => {
    const { page, pagePort, hostPort, reports, heard } = ends();
    await fc.assert(
      fc.asyncProperty(
        fc.anything({ withBigInt: true, withMap: true, withSet: true, withTypedArray: true }),
        async message => {
          pagePort.deliver(message);
          hostPort.deliver(message);
          assert.equal(await page.request('double', 1), 2);
        },
      ),
    );
    assert.deepEqual([reports, heard], [[], []]);
  });

  it('settles whatever the other end answers', async () => {
    const envelope = fc.record({
      planpool: fc.constantFrom('reply', 'error', 'event', 'request'),
      id: fc.constantFrom(0, 1, 2, -1, 1.5, '1'),
      payload: fc.anything(),
      sentence: fc.anything(),
      name: fc.constantFrom('news', 'double', ''),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(envelope), async messages => {
        const { page, pagePort, timers } = ends();
        pagePort.other = null;
        const request = page.request('double', 1).then(
          n => typeof n,
          (error: unknown) => error instanceof RpcError && 'rejected',
        );
        for (const message of messages) {
          pagePort.deliver(message);
        }
        timers.runOut();
        assert.match(String(await request), /^(number|rejected)$/);
      }),
    );
  });

  it('drops what is too large, and tells the requester', async () => {
    const { page, host, pagePort, hostPort, reports, heard } = ends();
    host.emit('news', 'x'.repeat(2000));
    assert.deepEqual([heard, reports.length], [[], 1]);
    pagePort.post({ planpool: 'request', id: 9, name: 'double', payload: 'x'.repeat(2000) });
    assert.deepEqual(hostPort.posted.at(-1), { planpool: 'error', id: 9, sentence: 'The request is too large.' });
    assert.equal(await page.request('double', 2), 4);
  });
});
