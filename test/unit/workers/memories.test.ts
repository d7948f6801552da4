import assert from 'node:assert/strict';
import type { Memory } from '../../../src/memory';
import { CountedWorkers } from '../../../src/workers/countedWorkers';
import { ServerSizes } from '../../../src/workers/serverSizes';
import { profile } from '../explain/profile';

const other = { ...profile, name: 'other', database: 'reports' };
const moved = { ...profile, host: 'new.example' };

describe('workers: the sizes of servers', () => {
  it('are remembered for each connection', async () => {
    const kept = new Map<string, string>();
    const memory: Memory = {
      get: key => kept.get(key),
      update: async (key, value) => void kept.set(key, value),
    };
    const sizes = new ServerSizes(memory);
    await sizes.tell(profile, { cores: 8, memoryBytes: null });
    await sizes.tell(other, { cores: 64, memoryBytes: 1 });
    assert.deepEqual(new ServerSizes(memory).of(profile), { cores: 8, memoryBytes: null });
    assert.deepEqual(sizes.of(other), { cores: 64, memoryBytes: 1 });
    assert.deepEqual(sizes.of(moved), { cores: null, memoryBytes: null });
    [...kept.keys()].forEach(key => kept.set(key, '{"cores":"many"}'));
    assert.deepEqual(sizes.of(profile), { cores: null, memoryBytes: null });
  });
});

describe('workers: counted workers', () => {
  it('hold for the server that was asked', () => {
    const counted = new CountedWorkers();
    counted.remember(profile, 'VACUUM t', '2 workers');
    assert.equal(counted.answerTo(profile, 'VACUUM t'), '2 workers');
    for (const [one, statement] of [
      [other, 'VACUUM t'],
      [moved, 'VACUUM t'],
      [profile, 'VACUUM u'],
    ] as const) {
      assert.equal(counted.answerTo(one, statement), undefined);
    }
    counted.remember(profile, 'VACUUM t', '1 worker');
    assert.equal(counted.answerTo(profile, 'VACUUM t'), '1 worker');
    counted.forget();
    assert.equal(counted.answerTo(profile, 'VACUUM t'), undefined);
  });

  it('do not become more and more', () => {
    const counted = new CountedWorkers();
    for (let n = 0; n <= 100; n += 1) {
      counted.remember(profile, `VACUUM t${n}`, String(n));
    }
    assert.equal(counted.answerTo(profile, 'VACUUM t0'), undefined);
    assert.equal(counted.answerTo(profile, 'VACUUM t1'), '1');
  });
});
