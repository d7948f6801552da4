import assert from 'node:assert/strict';
import { AskedSection } from '../../../src/workers/askedSection';
import { lastGood } from '../../../src/workers/section';
import { profile } from '../explain/profile';

/** Answers when the test wants it to. */
class Server {
  readonly signals: AbortSignal[] = [];
  private readonly waiting: { resolve: (value: string) => void; reject: (error: unknown) => void }[] = [];

  read = (_: unknown, signal: AbortSignal): Promise<string> => {
    this.signals.push(signal);
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  };

  answer(value: string): void {
    this.waiting.shift()?.resolve(value);
  }

  fail(sentence: string): void {
    this.waiting.shift()?.reject(new Error(sentence));
  }
}

describe('workers: a section that is asked for', () => {
  let server: Server;
  let section: AskedSection<string>;
  let states: string[];

  beforeEach(() => {
    server = new Server();
    states = [];
    section = new AskedSection({
      read: server.read,
      sentence: (error, { name }) => `${name}: ${error instanceof Error ? error.message : ''}`,
      onChange: () => states.push(section.current.state),
    });
  });

  async function settled(asking: Promise<void>, settle: () => void): Promise<void> {
    settle();
    await asking;
  }

  it('goes from loading to good, and keeps the old answer until there is a new one', async () => {
    await settled(section.ask(profile), () => server.answer('old'));
    assert.deepEqual(section.current, { state: 'good', value: 'old' });
    const again = section.ask(profile);
    assert.deepEqual(section.current, { state: 'loading', before: 'old' });
    await settled(again, () => server.answer('new'));
    assert.deepEqual(section.current, { state: 'good', value: 'new' });
    assert.deepEqual(states, ['loading', 'good', 'loading', 'good']);
  });

  it('says why it failed, and keeps what was known', async () => {
    await settled(section.ask(profile), () => server.answer('old'));
    await settled(section.ask(profile), () => server.fail('gone'));
    assert.deepEqual(section.current, { state: 'failed', sentence: 'lab: gone', before: 'old' });
    assert.equal(lastGood(section.current), 'old');
    void section.ask(profile);
    assert.deepEqual(section.current, { state: 'loading', before: 'old' });
  });

  it('asks once at a time, and whoever asks meanwhile waits for that answer', async () => {
    const first = section.ask(profile);
    const second = section.ask(profile);
    assert.equal(server.signals.length, 1);
    server.answer('one');
    await second;
    assert.deepEqual(section.current, { state: 'good', value: 'one' });
    await first;
  });

  it('is asked again only where it was asked before', async () => {
    await section.askAgain(profile);
    assert.equal(server.signals.length, 0);
    await settled(section.ask(profile), () => server.fail('gone'));
    void section.askAgain(profile);
    assert.equal(server.signals.length, 2);
  });

  it('does not take an answer of a server that is not meant any more', async () => {
    for (const settle of [() => server.answer('of another server'), () => server.fail('gone')]) {
      const asking = section.ask(profile);
      section.forget();
      assert.ok(server.signals.at(-1)?.aborted);
      await settled(asking, settle);
      assert.deepEqual(section.current, { state: 'notAsked' });
    }
    const late = section.ask(profile);
    section.forget();
    const next = section.ask(profile);
    await settled(late, () => server.answer('late'));
    assert.deepEqual(section.current, { state: 'loading', before: null });
    await settled(next, () => server.answer('right'));
    assert.deepEqual(section.current, { state: 'good', value: 'right' });
  });
});
