import assert from 'node:assert/strict';
import type { Profile } from '../../../src/connection/profile';
import { Fleet } from '../../../src/pools/fleet';
import { PoolHistory } from '../../../src/pools/history';
import { ManualClock, settled } from '../../lab/manualClock';
import { profileOf } from '../../servers/connectionFixture';

function rig() {
  const clock = new ManualClock();
  const asked: string[] = [];
  const fleet = new Fleet({
    consoles: {
      use: profile => {
        asked.push(profile.name);
        return Promise.reject(new Error('stub: there is no console here'));
      },
    },
    history: new PoolHistory(),
    clock,
    random: () => 0,
    intervalMs: () => 2000,
    isFinal: () => false,
  });
  const countAsked = async (ms: number): Promise<number> => {
    asked.length = 0;
    // What is under way sets its timer first.
    await settled();
    await clock.pass(ms);
    return asked.length;
  };
  return { clock, asked, fleet, countAsked };
}

const named = (name: string, port = 6432): Profile =>
  profileOf({ host: '127.0.0.1', port }, { name, kind: 'pgbouncer' });

describe('pools: fleet', () => {
  it('asks nothing while nobody looks, and only what is watched then', async () => {
    const { fleet, asked, countAsked } = rig();
    fleet.setProfiles([named('east'), named('west')]);
    assert.equal(await countAsked(120_000), 0);
    fleet.setVisible(true);
    assert.equal(await countAsked(120_000), 0, 'the window has no focus');
    fleet.setVisible(false);
    fleet.setFocused(true);
    assert.equal(await countAsked(120_000), 0, 'the view is hidden');
    fleet.setFocused(false);
    fleet.setWatched(new Set(['east']));
    assert.ok((await countAsked(120_000)) > 0);
    assert.deepEqual([...new Set(asked)], ['east']);
    fleet.setWatched(new Set());
    assert.equal(await countAsked(120_000), 0);
    fleet.dispose();
  });

  it('keeps an instance whose profile is the same, and ends one that is gone or leads elsewhere', async () => {
    const { fleet, asked, countAsked } = rig();
    fleet.setVisible(true);
    fleet.setFocused(true);
    fleet.setProfiles([named('east'), named('west')]);
    const east = fleet.instance('east');
    const west = fleet.instance('west');
    fleet.setProfiles([named('east'), named('west', 6433)]);
    assert.equal(fleet.instance('east'), east);
    assert.notEqual(fleet.instance('west'), west);
    fleet.setProfiles([named('east')]);
    await countAsked(60_000);
    assert.deepEqual([...new Set(asked)], ['east']);
    fleet.dispose();
    assert.equal(await countAsked(60_000), 0);
  });
});
