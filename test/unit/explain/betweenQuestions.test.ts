import assert from 'node:assert/strict';
import { betweenQuestions } from '../../../src/explain/ui/betweenQuestions';

describe('explain: progress between questions', () => {
  /** Notes when a stretch of progress begins and ends. */
  function noting(): { readonly notes: string[]; readonly show: (stretch: Promise<void>) => void } {
    const notes: string[] = [];
    return {
      notes,
      show: stretch => {
        notes.push('shown');
        void stretch.then(() => notes.push('hidden'));
      },
    };
  }

  it('shows no progress while the user is asked, and shows it again after the answer', async () => {
    const { notes, show } = noting();
    const answer = await betweenQuestions(show, async ask => {
      notes.push('working');
      const said = await ask(async () => {
        await Promise.resolve();
        notes.push('asked');
        return 'yes';
      });
      notes.push('executing');
      return said;
    });
    await Promise.resolve();
    assert.equal(answer, 'yes');
    assert.deepEqual(notes, ['shown', 'working', 'hidden', 'asked', 'shown', 'executing', 'hidden']);
  });

  it('hides the progress when the task or a question fails', async () => {
    for (const task of [
      () => Promise.reject(new Error('no')),
      (ask: (question: () => Promise<void>) => Promise<void>) => ask(() => Promise.reject(new Error('no'))),
    ]) {
      const { notes, show } = noting();
      await assert.rejects(betweenQuestions(show, task), { message: 'no' });
      await Promise.resolve();
      assert.equal(notes.at(-1), 'hidden');
      assert.equal(notes.filter(note => note === 'shown').length, notes.filter(note => note === 'hidden').length);
    }
  });
});
