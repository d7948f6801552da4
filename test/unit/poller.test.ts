import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Poller, type PollerOptions } from '../../src/poller';
import { ManualClock, settled } from '../lab/manualClock';

const intervalMs = 2000;

class Final extends Error {}

/** A question that the test answers. */
interface Question {
  readonly signal: AbortSignal;
  readonly answer: (data: string) => void;
  readonly fail: (error: unknown) => void;
}

/** A poller under a clock that stands still, and everything it has asked. */
class Rig {
  readonly clock = new ManualClock();
  readonly questions: Question[] = [];
  readonly poller: Poller<string>;
  underWay = 0;
  mostUnderWay = 0;
  /** What the state was, each time listeners were told. */
  readonly told: string[] = [];

  constructor(options: Partial<PollerOptions<string>> = {}) {
    this.poller = new Poller({
      ask: signal => this.#ask(signal),
      intervalMs: () => intervalMs,
      isFinal: error => error instanceof Final,
      clock: this.clock,
      random: () => 0,
      ...options,
    });
    this.poller.onDidChange(() => {
      const { data, failure, stopped } = this.poller.state;
      this.told.push(`${data}${failure === null ? '' : ' failed'}${stopped ? ' stopped' : ''}`);
    });
  }

  get last(): Question {
    const last = this.questions.at(-1);
    assert.ok(last, 'nothing was asked');
    return last;
  }

  show(): void {
    this.poller.setVisible(true);
    this.poller.setFocused(true);
  }

  async answer(data: string): Promise<void> {
    this.last.answer(data);
    await settled();
  }

  async fail(error: unknown = new Error('no')): Promise<void> {
    this.last.fail(error);
    await settled();
  }

  #ask(signal: AbortSignal): Promise<string> {
    this.underWay += 1;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    return new Promise<string>((answer, fail) => this.questions.push({ signal, answer, fail })).finally(() => {
      this.underWay -= 1;
    });
  }
}

describe('poller', () => {
  it('asks nothing until it is visible and focused, then at once', () => {
    for (const [first, second] of [
      ['setVisible', 'setFocused'],
      ['setFocused', 'setVisible'],
    ] as const) {
      const { poller, questions } = new Rig();
      poller[first](true);
      assert.equal(questions.length, 0);
      poller[second](true);
      assert.equal(questions.length, 1);
    }
  });

  it('asks again when the interval has passed since the answer', async () => {
    const rig = new Rig();
    rig.show();
    await rig.clock.pass(10 * intervalMs);
    assert.equal(rig.questions.length, 1, 'never two at once');
    await rig.answer('one');
    assert.deepEqual(rig.poller.state, { data: 'one', takenAtMs: rig.clock.now(), failure: null, stopped: false });
    await rig.clock.pass(intervalMs - 1);
    assert.equal(rig.questions.length, 1);
    await rig.clock.pass(1);
    assert.equal(rig.questions.length, 2);
    assert.deepEqual(rig.told, ['one']);
  });

  it('asks nothing while it is hidden or not focused, and aborts what is under way', async () => {
    for (const end of ['setVisible', 'setFocused'] as const) {
      const rig = new Rig();
      rig.show();
      await rig.answer('one');
      await rig.clock.pass(intervalMs);
      rig.poller[end](false);
      assert.ok(rig.last.signal.aborted);
      await rig.fail();
      await rig.clock.pass(100 * intervalMs);
      assert.equal(rig.questions.length, 2);
      assert.equal(rig.clock.waiting, 0);
      assert.deepEqual(rig.told, ['one'], 'an abort is no failure');
    }
  });

  it('takes no answer that comes after an abort', async () => {
    const rig = new Rig();
    rig.show();
    rig.poller.setVisible(false);
    await rig.answer('late');
    assert.equal(rig.poller.state.data, null);
    assert.deepEqual(rig.told, []);
  });

  it('asks at once when it is shown again and the data is older than the interval, else when it is', async () => {
    const rig = new Rig();
    rig.show();
    await rig.answer('one');
    rig.poller.setVisible(false);
    await rig.clock.pass(intervalMs / 2);
    rig.poller.setVisible(true);
    await rig.clock.pass(intervalMs / 2 - 1);
    assert.equal(rig.questions.length, 1);
    await rig.clock.pass(1);
    assert.equal(rig.questions.length, 2);
    await rig.answer('two');
    rig.poller.setFocused(false);
    await rig.clock.pass(intervalMs);
    rig.poller.setFocused(true);
    assert.equal(rig.questions.length, 3);
  });

  it('shown again before what was aborted has ended, waits for its end', async () => {
    const rig = new Rig();
    rig.show();
    rig.poller.setVisible(false);
    rig.poller.setVisible(true);
    assert.equal(rig.questions.length, 1);
    await rig.fail();
    assert.equal(rig.questions.length, 2);
    assert.equal(rig.mostUnderWay, 1);
  });

  it('pauses after failures: 0.5 s, doubling to 30 s at most, longer by up to a quarter', async () => {
    for (const [random, expected] of [
      [0, [500, 1000, 2000, 4000, 8000, 16_000, 24_000, 24_000]],
      [0.5, [562.5, 1125, 2250, 4500, 9000, 18_000, 27_000, 27_000]],
      [1 - Number.EPSILON, [625, 1250, 2500, 5000, 10_000, 20_000, 30_000, 30_000]],
    ] as const) {
      const rig = new Rig({ random: () => random });
      rig.show();
      while (rig.clock.delays.length < expected.length) {
        await rig.fail();
        await rig.clock.pass(30_000);
      }
      assert.deepEqual(
        rig.clock.delays.map(delay => Math.round(delay * 1000) / 1000),
        expected,
      );
    }
  });

  it('stays in its pause when it is hidden and shown', async () => {
    const rig = new Rig();
    rig.show();
    await rig.fail();
    await rig.clock.pass(500);
    await rig.fail();
    for (let time = 0; time < 1000; time += 100) {
      assert.equal(rig.questions.length, 2, `after ${time} ms`);
      rig.poller.setVisible(false);
      rig.poller.setVisible(true);
      await rig.clock.pass(100);
    }
    assert.equal(rig.questions.length, 3);
  });

  it('keeps the last good data through failures, and begins anew after a good answer', async () => {
    const rig = new Rig();
    rig.show();
    await rig.answer('one');
    const takenAtMs = rig.clock.now();
    await rig.clock.pass(intervalMs);
    const error = new Error('no');
    await rig.fail(error);
    assert.deepEqual(rig.poller.state, { data: 'one', takenAtMs, failure: error, stopped: false });
    await rig.clock.pass(500);
    await rig.fail();
    await rig.clock.pass(1000);
    await rig.answer('two');
    assert.equal(rig.poller.state.failure, null);
    await rig.clock.pass(intervalMs);
    await rig.fail();
    await rig.clock.pass(500);
    assert.equal(rig.questions.length, 6);
  });

  it('stops after a final failure until it is told to retry', async () => {
    const rig = new Rig();
    rig.show();
    await rig.answer('one');
    await rig.clock.pass(intervalMs);
    await rig.fail(new Final());
    assert.ok(rig.poller.state.stopped);
    rig.poller.setVisible(false);
    rig.show();
    await rig.clock.pass(1_000_000);
    assert.equal(rig.questions.length, 2);
    rig.poller.retry();
    assert.equal(rig.questions.length, 3);
    assert.equal(rig.poller.state.stopped, false);
    await rig.answer('two');
    await rig.clock.pass(intervalMs);
    assert.equal(rig.questions.length, 4);
    assert.deepEqual(rig.told, ['one', 'one failed stopped', 'one failed', 'two']);
  });

  it('retried while hidden, asks when it is shown', async () => {
    const rig = new Rig();
    rig.show();
    await rig.answer('one');
    rig.poller.setVisible(false);
    rig.poller.retry();
    assert.equal(rig.questions.length, 1);
    rig.poller.setVisible(true);
    assert.equal(rig.questions.length, 2);
  });

  it('retried while a question is under way, aborts that and asks anew', async () => {
    const rig = new Rig();
    rig.show();
    rig.poller.retry();
    assert.ok(rig.last.signal.aborted);
    assert.equal(rig.questions.length, 1);
    await rig.answer('from before');
    assert.equal(rig.poller.state.data, null);
    assert.equal(rig.questions.length, 2);
    await rig.answer('one');
    assert.equal(rig.poller.state.data, 'one');
  });

  it('retried in a pause, asks at once and pauses shortly again', async () => {
    const rig = new Rig();
    rig.show();
    for (let failures = 0; failures < 5; failures += 1) {
      await rig.fail();
      await rig.clock.pass(failures < 4 ? 8000 : 0);
    }
    rig.poller.retry();
    assert.equal(rig.questions.length, 6);
    await rig.fail();
    assert.equal(rig.clock.delays.at(-1), 500);
  });

  it('reset, forgets everything and asks anew', async () => {
    const rig = new Rig();
    rig.show();
    await rig.answer('one');
    await rig.clock.pass(intervalMs);
    const old = rig.last;
    rig.poller.reset();
    assert.ok(old.signal.aborted);
    assert.deepEqual(rig.poller.state, { data: null, takenAtMs: null, failure: null, stopped: false });
    await rig.answer('of the old server');
    assert.equal(rig.poller.state.data, null);
    assert.equal(rig.questions.length, 3);
    await rig.answer('of the new one');
    assert.deepEqual(rig.told, ['one', 'null', 'of the new one']);
  });

  it('disposed, aborts, asks nothing and tells nobody', async () => {
    const rig = new Rig();
    rig.show();
    await rig.answer('one');
    await rig.clock.pass(intervalMs);
    rig.poller.dispose();
    assert.ok(rig.last.signal.aborted);
    await rig.answer('two');
    rig.show();
    rig.poller.retry();
    rig.poller.reset();
    await rig.clock.pass(1_000_000);
    assert.equal(rig.questions.length, 2);
    assert.equal(rig.clock.waiting, 0);
    assert.deepEqual(rig.told, ['one']);
  });

  it('never waits longer than it would have, when the clock is set back', async () => {
    const rig = new Rig();
    rig.show();
    await rig.answer('one');
    rig.poller.setVisible(false);
    rig.clock.setBack(3_600_000);
    rig.poller.setVisible(true);
    await rig.clock.pass(intervalMs);
    assert.equal(rig.questions.length, 2);
  });

  it('counts as a failure what is thrown instead of rejected, and a rejection without a reason', async () => {
    const ask = (): never => {
      throw new Error('thrown');
    };
    const throwing = new Rig({ ask });
    throwing.show();
    const rejecting = new Rig();
    rejecting.show();
    rejecting.last.fail(undefined);
    await settled();
    for (const { poller, clock } of [throwing, rejecting]) {
      assert.ok(poller.state.failure instanceof Error);
      assert.equal(clock.waiting, 1);
    }
  });

  it('may be told anything by its listeners', async () => {
    const rig = new Rig();
    rig.poller.onDidChange(() => {
      rig.poller.setVisible(false);
      rig.poller.setVisible(true);
    });
    rig.show();
    await rig.answer('one');
    await rig.clock.pass(intervalMs);
    await rig.answer('two');
    rig.poller.onDidChange(() => rig.poller.dispose());
    await rig.clock.pass(intervalMs);
    await rig.fail();
    await rig.clock.pass(1_000_000);
    assert.equal(rig.questions.length, 3);
    assert.equal(rig.mostUnderWay, 1);
  });

  it('keeps its promises whatever happens', async function () {
    this.timeout(60_000);
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.infiniteStream(jitter), keepsItsPromises));
  });
});

type Step =
  | { readonly do: 'visible' | 'focused'; readonly on: boolean }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'answer' | 'fail' | 'failForGood' | 'retry' | 'reset' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('visible' as const, 'focused' as const), on: fc.boolean() }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 40_000 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('answer' as const, 'answer', 'fail', 'fail', 'fail', 'failForGood', 'retry', 'reset'),
    }),
  },
);

const jitter = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

/** Says after each step what must be the case, from the steps alone. */
async function keepsItsPromises(steps: readonly Step[], random: Iterable<number>): Promise<void> {
  const stream = random[Symbol.iterator]();
  const rig = new Rig({
    random: () => {
      const next = stream.next();
      return next.done === true ? 0 : next.value;
    },
  });
  const shown = { visible: false, focused: false };
  let stopped = false;
  let failures = 0;
  for (const one of steps) {
    const asked = rig.questions.length;
    const set = rig.clock.delays.length;
    const mayAsk = (): boolean => shown.visible && shown.focused && !stopped;
    const couldAsk = mayAsk();
    const open = rig.underWay > 0 ? rig.last : null;
    const counts = open !== null && !open.signal.aborted;
    let pauses = false;
    switch (one.do) {
      case 'visible':
      case 'focused':
        shown[one.do] = one.on;
        rig.poller[one.do === 'visible' ? 'setVisible' : 'setFocused'](one.on);
        break;
      case 'pass':
        await rig.clock.pass(one.ms);
        break;
      case 'answer':
        open?.answer('data');
        failures = counts ? 0 : failures;
        break;
      case 'fail':
      case 'failForGood':
        open?.fail(one.do === 'fail' ? new Error('no') : new Final());
        failures += counts ? 1 : 0;
        stopped ||= counts && one.do === 'failForGood';
        pauses = counts && one.do === 'fail';
        break;
      case 'retry':
      case 'reset':
        rig.poller[one.do]();
        stopped = false;
        failures = 0;
    }
    await settled();
    assert.ok(rig.mostUnderWay <= 1, 'never two at once');
    if (rig.questions.length > asked) {
      assert.ok(couldAsk || mayAsk(), 'asked while it may not');
    }
    if (!mayAsk()) {
      assert.equal(rig.clock.waiting, 0, 'no timer while it may not ask');
      assert.ok(rig.underWay === 0 || rig.last.signal.aborted, 'what is under way is aborted');
    } else {
      assert.equal(rig.clock.waiting + rig.underWay, 1, 'it is always going to ask, or asking');
    }
    assert.equal(rig.poller.state.stopped, stopped);
    assert.ok(
      rig.clock.delays.slice(set).every(delay => delay > 0 && delay <= Math.max(30_000, intervalMs)),
      'no pause is longer than 30 s',
    );
    if (pauses) {
      const nominal = Math.min(500 * 2 ** (failures - 1), 24_000);
      const pause = rig.clock.delays.at(-1) ?? 0;
      assert.ok(pause >= nominal && pause < nominal * 1.25 + 1e-6, `${pause} ms after ${failures} failures`);
    }
  }
  const { data, takenAtMs } = rig.poller.state;
  assert.equal(data === null, takenAtMs === null);
}
