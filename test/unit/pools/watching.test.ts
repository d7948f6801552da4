import assert from 'node:assert/strict';
import type { Severity } from '../../../src/pools/model';
import { WatchedNames } from '../../../src/pools/watchedNames';
import { Incidents, type Watched } from '../../../src/pools/watching';

const east = (severity: Severity, sentence = 'pool full'): Watched => ({ instance: 'east', severity, sentence });

describe('pools: incidents of watched instances', () => {
  it('tell once that something is wrong, again only when it becomes worse, and once that it is over', () => {
    const incidents = new Incidents();
    const kinds = (severity: Severity, atMs: number) =>
      incidents.look([east(severity)], atMs).map(event => (event.kind === 'began' ? event.severity : event.forMs));
    assert.deepEqual(kinds('good', 0), []);
    assert.deepEqual(kinds('warning', 1000), ['warning']);
    assert.deepEqual(kinds('warning', 2000), []);
    assert.deepEqual(kinds('error', 3000), ['error']);
    assert.deepEqual(kinds('warning', 4000), []);
    assert.deepEqual(kinds('error', 5000), []);
    // Something is left of it: it is not over yet.
    assert.deepEqual(kinds('info', 6000), []);
    assert.deepEqual(kinds('good', 9000), [8000]);
    assert.deepEqual(kinds('good', 10_000), []);
    assert.deepEqual(kinds('error', 11_000), ['error']);
  });

  it('say nothing of an instance that was muted, until another incident', () => {
    const incidents = new Incidents();
    assert.equal(incidents.look([east('warning')], 0).length, 1);
    incidents.mute('east');
    assert.deepEqual(incidents.look([east('error')], 1), []);
    assert.deepEqual(incidents.look([east('good')], 2), []);
    assert.equal(incidents.look([east('warning')], 3).length, 1);
  });

  it('forget an instance that is not watched any more without a word', () => {
    const incidents = new Incidents();
    incidents.look([east('error')], 0);
    assert.deepEqual(incidents.look([], 1), []);
    assert.equal(incidents.look([east('error')], 2).length, 1);
  });
});

describe('pools: watched names', () => {
  it('are remembered, and odd memory is none', async () => {
    const kept = new Map<string, string>();
    const names = new WatchedNames({
      get: key => kept.get(key),
      update: async (key, value) => void kept.set(key, value),
    });
    assert.deepEqual([...names.all], []);
    await names.set('east', true);
    await names.set('west', true);
    await names.set('east', true);
    assert.deepEqual([...names.all].sort(), ['east', 'west']);
    await names.set('west', false);
    assert.deepEqual([...names.all], ['east']);
    for (const key of kept.keys()) kept.set(key, '{"a":1}');
    assert.deepEqual([...names.all], []);
  });
});
