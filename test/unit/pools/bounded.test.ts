import assert from 'node:assert/strict';
import { Cancelled } from '../../../src/connection/errors';
import { bounded } from '../../../src/pools/bounded';
import { ManualClock, settled } from '../../lab/manualClock';

/** Work that ends when it is told to, or when its signal is aborted. */
function work() {
  const state = {
    ended: false,
    finish: (_value: string): void => undefined,
    fail: (_error: unknown): void => undefined,
  };
  const run = (signal: AbortSignal): Promise<string> =>
    new Promise<string>((resolve, reject) => {
      state.finish = resolve;
      state.fail = reject;
      signal.addEventListener('abort', () => reject(new Cancelled()));
    }).finally(() => (state.ended = true));
  return { state, run };
}

describe('pools: bounded work', () => {
  const never = new AbortController().signal;

  it('tells the value or the failure, and how long it took', async () => {
    for (const succeeds of [true, false]) {
      const clock = new ManualClock();
      const { state, run } = work();
      const outcome = bounded({ clock, timeoutMs: 100, signal: never, whenLate: async () => 'late' }, run);
      await clock.pass(40);
      if (succeeds) {
        state.finish('done');
      } else {
        state.fail('broken');
      }
      assert.deepEqual(
        await outcome,
        succeeds ? { kind: 'done', value: 'done', ms: 40 } : { kind: 'failed', error: 'broken', ms: 40 },
      );
      assert.equal(clock.waiting, 0);
    }
  });

  it('asks why while the work still waits, and settles when it has ended', async () => {
    const clock = new ManualClock();
    const { state, run } = work();
    const seen: boolean[] = [];
    const whenLate = async () => {
      seen.push(state.ended);
      return 'paused';
    };
    const outcome = bounded({ clock, timeoutMs: 100, signal: never, whenLate }, run);
    await clock.pass(100);
    assert.deepEqual(await outcome, { kind: 'late', why: 'paused', ms: 100 });
    assert.deepEqual(seen, [false]);
    assert.equal(state.ended, true);
  });

  it('is cancelled at any moment, and leaves neither work nor timer', async () => {
    const clock = new ManualClock();
    const { state, run } = work();
    const stop = new AbortController();
    const outcome = bounded({ clock, timeoutMs: 100, signal: stop.signal, whenLate: async () => 'late' }, run);
    await settled();
    stop.abort();
    await assert.rejects(outcome, Cancelled);
    assert.equal(state.ended, true);
    assert.equal(clock.waiting, 0);
  });

  it('passes on what the question why fails with, and ends the work', async () => {
    const clock = new ManualClock();
    const { state, run } = work();
    const whenLate = () => Promise.reject(new Error('why not'));
    const outcome = bounded({ clock, timeoutMs: 100, signal: never, whenLate }, run);
    const rejected = assert.rejects(outcome, /why not/);
    await clock.pass(100);
    await rejected;
    assert.equal(state.ended, true);
  });
});
