import assert from 'node:assert/strict';
import { commonWaitEvents, parallelWaitEvents } from '../../src/workers/waitEvents';
import { majorsUnderTest } from '../lab/matrix';
import { suiteServers } from './serverFixture';

// Servers list their events from 17 on.
for (const major of majorsUnderTest.filter(one => one >= 17)) {
  describe(`workers: wait events of PostgreSQL ${major}`, function () {
    this.timeout(60_000);
    const servers = suiteServers();
    const key = (event: { readonly type: string; readonly name: string }): string => `${event.type} ${event.name}`;
    let there: ReadonlySet<string>;

    before(async () => {
      const server = await servers.postgres({ major });
      const admin = await servers.superuser(server);
      const { rows } = await admin.query<{ type: string; name: string }>('SELECT type, name FROM pg_wait_events');
      there = new Set(rows.map(key));
    });

    it('are known by the names of this version', () => {
      const expected = parallelWaitEvents.filter(({ since = 0, before = 99 }) => since <= major && major < before);
      assert.deepEqual(
        expected.map(key).filter(one => !there.has(one)),
        [],
      );
    });

    it('have none that is marked as older or newer', () => {
      const marked = parallelWaitEvents.filter(({ since = 0, before = 99 }) => since > major || major >= before);
      assert.deepEqual(
        marked.map(key).filter(one => there.has(one)),
        [],
      );
    });

    it('leave out none that only parallel query has', () => {
      const known = new Set(parallelWaitEvents.map(key));
      const parallel = [...there].filter(one =>
        /^(IPC|LWLock) (Parallel|Hash(Batch|Build|Grow)|ExecuteGather|MessageQueue|Bgworker|SharedT)/.test(one),
      );
      assert.deepEqual(
        parallel.filter(one => !known.has(one)),
        [],
      );
    });

    if (major === 18) {
      it('have the common ones, too', () => {
        assert.deepEqual(
          commonWaitEvents.map(key).filter(one => !there.has(one)),
          [],
        );
      });
    }
  });
}
