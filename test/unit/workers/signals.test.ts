import assert from 'node:assert/strict';
import { signalSentence } from '../../../src/workers/signal';
import { signalQuestion } from '../../../src/workers/signalQuestion';
import { activityOf, backend, hidden, worker } from './backends';

describe('workers: what is asked before a signal', () => {
  const leader = backend({
    pid: 10,
    application: 'psql',
    queryMs: 31_000,
    query: { kind: 'text', text: 'SELECT 1', cutShort: false },
  });
  const activity = activityOf(
    leader,
    worker(11, 10),
    worker(12, 10),
    backend({ pid: 20, own: true, state: 'idle', stateMs: 500 }),
  );

  it('names the session, what happens to it and to its workers, and the query', () => {
    assert.deepEqual(signalQuestion(activity, leader, 'terminate', 'en'), {
      sentence: 'Terminate session 10 of app in shop (psql)?',
      detail:
        'Its transaction is rolled back and its connection is closed. Its 2 workers end with it.\n\n' +
        'The query has been running for 31\u00a0s.\n\nSELECT 1',
      confirm: 'Terminate the Session',
      decline: 'Let It Live',
    });
    const cancel = signalQuestion(activity, leader, 'cancel', 'en');
    assert.equal(cancel.sentence, 'Cancel the query of session 10 of app in shop (psql)?');
    assert.equal(cancel.confirm, 'Cancel the Query');
    assert.match(
      cancel.detail,
      /^The query fails, .*, unless its client goes back to a savepoint\. The session stays\./,
    );
  });

  it('says of a worker that its leader’s query ends', () => {
    const { sentence, detail, confirm } = signalQuestion(activity, activity.backends[1]!, 'terminate', 'en');
    assert.equal(sentence, 'Terminate worker 11? This ends the query of its leader 10.');
    assert.match(
      detail,
      /it fails, and with it all that its transaction did, unless .* a savepoint\. Its session stays\./,
    );
    assert.match(detail, /running for 31\u00a0s/);
    assert.equal(confirm, 'Terminate the Worker');
  });

  it('marks what is of this window, also a worker of its session', () => {
    const own = activity.backends[3]!;
    const { detail } = signalQuestion(activity, own, 'terminate', 'en');
    assert.match(detail, /^It works for this window of the editor\./);
    assert.match(detail, /The session has been idle for 500\u00a0ms\.\n\nIts last query:\nSELECT 1$/);
    const ofOwn = activityOf({ ...leader, own: true }, worker(11, 10));
    assert.match(signalQuestion(ofOwn, ofOwn.backends[1]!, 'cancel', 'en').detail, /^It works for this window/);
    assert.doesNotMatch(signalQuestion(activity, leader, 'cancel', 'en').detail, /this window/);
  });

  it('shortens a long query and says that one is hidden', () => {
    const long = backend({ query: { kind: 'text', text: 'x'.repeat(5000), cutShort: false } });
    assert.ok(signalQuestion(activityOf(long), long, 'cancel', 'en').detail.length < 1000);
    const tall = backend({ query: { kind: 'text', text: 'SELECT 1;\n'.repeat(590), cutShort: true } });
    const { detail } = signalQuestion(activityOf(tall), tall, 'cancel', 'en');
    assert.ok(detail.split('\n').length < 25);
    assert.match(detail, /the rest is not kept by PostgreSQL/);
    assert.match(signalQuestion(activityOf(hidden(1)), hidden(1), 'terminate', 'en').detail, /hidden from your role/);
  });
});

describe('workers: why no signal was sent', () => {
  it('is a sentence that names the backend, with the GRANT where one helps', () => {
    const said = (['gone', 'movedOn', 'hidden', 'notAllowed'] as const).map(outcome =>
      signalSentence(outcome, { pid: 42 }, 'a-b'),
    );
    assert.ok(said.every(sentence => sentence.includes('42')));
    assert.deepEqual(
      said.map(sentence => /GRANT .*$/.exec(sentence)?.[0]),
      [undefined, undefined, 'GRANT pg_monitor TO "a-b";', 'GRANT pg_signal_backend TO "a-b";'],
    );
  });
});
