import assert from 'node:assert/strict';
import { commonWaitEvents, parallelWaitEvents } from '../../../src/workers/waitEvents';
import { waitWords, type Role } from '../../../src/workers/waitWords';
import { backend, hidden } from './backends';

function words(event: string | null, role: Role = 'alone', state = 'active'): string {
  const [waitEventType = null, waitEvent = null] = event?.split(' ') ?? [];
  return waitWords(backend({ state, waitEventType, waitEvent }), role);
}

describe('workers: waits in plain words', () => {
  it('are as they should be read', () => {
    const golden: readonly (readonly [event: string | null, role: Role, expected: string])[] = [
      [null, 'leader', 'runs'],
      ['IPC ExecuteGather', 'leader', 'waits for rows from workers'],
      ['IPC MessageQueueSend', 'worker', 'waits: leader reads too slowly'],
      ['IPC MessageQueueSend', 'alone', 'waits until the other process has read its messages'],
      ['IPC MessageQueueReceive', 'leader', 'waits for rows from workers'],
      ['IPC MessageQueueReceive', 'alone', 'waits for a message from another process'],
      ['IPC ParallelFinish', 'leader', 'waits until its workers are done'],
      ['IPC BgWorkerStartup', 'leader', 'waits for a worker to start'],
      ['IPC BgworkerStartup', 'leader', 'waits for a worker to start'],
      ['IPC BgworkerShutdown', 'leader', 'waits for a worker to end'],
      ['IPC BtreePage', 'worker', 'waits for the next page of the shared index scan'],
      ['IPC ParallelBitmapScan', 'worker', 'waits until another process has built the bitmap'],
      ['IPC HashBuildHashInner', 'worker', 'waits until all processes have hashed their part of the inner side'],
      ['IPC HashBatchLoad', 'leader', 'waits until all processes have loaded a batch of the hash table'],
      ['IPC HashGrowBatchesAllocate', 'worker', 'waits until another process has added batches to the hash table'],
      ['IPC HashGrowBatchesReallocate', 'worker', 'waits until another process has added batches to the hash table'],
      ['LWLock ParallelAppend', 'worker', 'waits to choose its next part of the Parallel Append'],
      ['LWLock ParallelHashJoin', 'worker', 'waits for its turn at the shared hash table'],
      ['LWLock SharedTidBitmap', 'worker', 'waits for its next piece of the shared bitmap'],
      ['IO DataFileRead', 'worker', 'reads a data file'],
      ['IO WALSync', 'alone', 'waits until the write-ahead log is safely on disk'],
      ['Lock relation', 'alone', 'waits for a lock on a table or index'],
      ['Lock transactionid', 'alone', 'waits for another transaction to end'],
      ['Client ClientWrite', 'leader', 'waits: client reads too slowly'],
      ['Timeout PgSleep', 'worker', 'sleeps (pg_sleep)'],
    ];
    assert.deepEqual(
      golden.map(([event, role]) => [event, role, words(event, role)]),
      golden,
    );
  });

  it('name what is not known as PostgreSQL does', () => {
    assert.deepEqual(
      ['Activity', 'BufferPin', 'Buffer', 'Client', 'Extension', 'IO', 'IPC', 'Lock', 'LWLock', 'Timeout', 'New'].map(
        type => words(`${type} Some$(x)`),
      ),
      [
        'waits for something to do (Some$(x))',
        'waits for a page that another process uses (Some$(x))',
        'waits for a page that another process uses (Some$(x))',
        'waits for its client (Some$(x))',
        'waits in an extension (Some$(x))',
        'waits for a file (Some$(x))',
        'waits for another process (Some$(x))',
        'waits for a lock (Some$(x))',
        'waits for its turn at shared memory (Some$(x))',
        'waits for a set time (Some$(x))',
        'waits: New · Some$(x)',
      ],
    );
  });

  it('give way to the state of a session that runs nothing', () => {
    assert.equal(words('Client ClientRead', 'alone', 'idle in transaction (aborted)'), 'idle in transaction (aborted)');
    assert.equal(words(null, 'alone', 'disabled'), 'does not report what it does (track_activities is off)');
    assert.equal(waitWords(hidden(1), 'alone'), 'hidden');
  });

  it('have every event once, and words that follow a name', () => {
    const events = [...parallelWaitEvents, ...commonWaitEvents];
    const keys = events.map(({ type, name }) => `${type} ${name}`.toLowerCase());
    assert.equal(new Set(keys).size, keys.length);
    for (const event of events) {
      for (const said of [event.words, event.worker ?? event.words]) {
        assert.match(said, /^(waits|reads|writes|asks|makes|reserves|sleeps|pauses|stands)\b.*[^.]$/, event.name);
      }
    }
  });
});
