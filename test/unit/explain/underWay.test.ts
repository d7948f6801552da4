import assert from 'node:assert/strict';
import { UnderWay } from '../../../src/explain/ui/underWay';

/** A task that ends when it is told to. */
class Task {
  readonly stopped = (): boolean => this.stop?.signal.aborted === true;
  end: () => void = () => undefined;
  readonly ended: Promise<void>;
  private stop: AbortController | undefined;

  constructor(underWay: UnderWay, key: string) {
    this.ended = underWay.run(key, stop => {
      this.stop = stop;
      return new Promise(resolve => (this.end = resolve));
    });
  }
}

describe('explain: what is under way', () => {
  it('is cancelled by the next with the same key, and by no other', () => {
    const underWay = new UnderWay();
    const one = new Task(underWay, 'one');
    const other = new Task(underWay, 'other');
    const next = new Task(underWay, 'one');
    assert.deepEqual(
      [one, other, next].map(task => task.stopped()),
      [true, false, false],
    );
  });

  it('stays under way when the one before it ends late', async () => {
    const underWay = new UnderWay();
    const late = new Task(underWay, 'one');
    const newer = new Task(underWay, 'one');
    late.end();
    await late.ended;
    assert.ok(!newer.stopped());
    underWay.cancel('one');
    assert.ok(newer.stopped());
  });

  it('is nothing any more when it has ended, or failed', async () => {
    const underWay = new UnderWay();
    const done = new Task(underWay, 'one');
    done.end();
    await done.ended;
    let failedStop: AbortController | undefined;
    const failing = underWay.run('two', stop => {
      failedStop = stop;
      return Promise.reject(new Error('no'));
    });
    await assert.rejects(failing, /no/);
    underWay.cancelAll();
    assert.ok(!done.stopped());
    assert.equal(failedStop?.signal.aborted, false);
  });

  it('is cancelled all at once, or one by one', () => {
    const underWay = new UnderWay();
    const [one, two] = [new Task(underWay, 'one'), new Task(underWay, 'two')];
    underWay.cancel('one');
    assert.deepEqual([one.stopped(), two.stopped()], [true, false]);
    underWay.cancelAll();
    assert.ok(two.stopped());
  });
});
