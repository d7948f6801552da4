/**
 * What a process waits for, in plain words; `worker` says it better of a worker. The names are spelled as by PostgreSQL 18,
 * from which older versions differ in capitals (`BgWorkerStartup`, `WALWrite`, `BufFileRead` before 17).
 */
export interface WaitEvent {
  readonly type: string;
  readonly name: string;
  readonly words: string;
  /** Of a leader or of a worker, where that means more. */
  readonly leader?: string;
  readonly worker?: string;
  /** The first major version that has this name, when it is newer than 13. */
  readonly since?: number;
  /** The first major version that no longer has it. */
  readonly before?: number;
}

const stillLoading = 'waits until all processes have loaded a batch of the hash table';

/**
 * Waits of processes that work on one statement together (documentation, "Wait Event Types IPC" and "LWLock";
 * wait_event_names.txt from 17 on, wait_event.c before).
 */
export const parallelWaitEvents: readonly WaitEvent[] = [
  ...ipc({
    ExecuteGather: { words: 'waits for rows from workers' },
    MessageQueueSend: {
      words: 'waits until the other process has read its messages',
      worker: 'waits: leader reads too slowly',
    },
    MessageQueueReceive: { words: 'waits for a message from another process', leader: 'waits for rows from workers' },
    MessageQueueInternal: { words: 'waits until another process joins a message queue' },
    MessageQueuePutMessage: { words: 'waits until the leader has room for its notice or error' },
    ParallelFinish: { words: 'waits until its workers are done' },
    BgworkerStartup: { words: 'waits for a worker to start' },
    BgworkerShutdown: { words: 'waits for a worker to end' },
    BtreePage: { words: 'waits for the next page of the shared index scan' },
    ParallelBitmapScan: { words: 'waits until another process has built the bitmap' },
    ParallelCreateIndexScan: { words: 'waits until the workers have scanned the table for the index' },
    HashBatchAllocate: { words: 'waits until another process has made room for a batch of the hash table' },
    HashBatchElect: { words: 'waits until it is settled who prepares a batch of the hash table' },
    HashBatchLoad: { words: stillLoading },
    HashBuildAllocate: { words: 'waits until another process has made room for the hash table' },
    HashBuildElect: { words: 'waits until it is settled who prepares the hash table' },
    HashBuildHashInner: { words: 'waits until all processes have hashed their part of the inner side' },
    HashBuildHashOuter: { words: 'waits until all processes have divided their part of the outer side into batches' },
    HashGrowBatchesElect: { words: 'waits until it is settled who adds batches to the hash table' },
    HashGrowBatchesAllocate: { words: 'waits until another process has added batches to the hash table', before: 16 },
    HashGrowBatchesReallocate: { words: 'waits until another process has added batches to the hash table', since: 16 },
    HashGrowBatchesRepartition: { words: 'waits until all processes have spread the hash table over more batches' },
    HashGrowBatchesDecide: { words: 'waits until it is settled whether the hash table needs still more batches' },
    HashGrowBatchesFinish: { words: 'waits until the batches of the hash table are complete' },
    HashGrowBucketsElect: { words: 'waits until it is settled who adds buckets to the hash table' },
    HashGrowBucketsAllocate: { words: 'waits until another process has added buckets to the hash table', before: 16 },
    HashGrowBucketsReallocate: { words: 'waits until another process has added buckets to the hash table', since: 16 },
    HashGrowBucketsReinsert: { words: 'waits until all processes have moved their rows to the new buckets' },
    AppendReady: { words: 'waits until a remote part of the Append has rows', since: 14 },
  }),
  ...lwLock({
    ParallelAppend: { words: 'waits to choose its next part of the Parallel Append' },
    ParallelHashJoin: { words: 'waits for its turn at the shared hash table' },
    ParallelQueryDSA: { words: 'waits for memory that the processes of the query share' },
    PerSessionDSA: { words: 'waits for memory that the processes of the session share' },
    PerSessionRecordType: { words: 'waits for the row types that the processes of the session share' },
    PerSessionRecordTypmod: { words: 'waits for the row types that the processes of the session share' },
    PerXactPredicateList: { words: 'waits for the predicate locks of its serializable transaction' },
    SharedTupleStore: { words: 'waits for a temporary file of rows that the processes share' },
    SharedTidBitmap: { words: 'waits for its next piece of the shared bitmap' },
    ParallelVacuumDSA: { words: 'waits for memory that the processes of the VACUUM share', since: 17 },
    ParallelBtreeScan: { words: 'waits for its turn at the shared index scan', since: 18 },
  }),
];

/** The waits outside of parallel query that are met most often. */
export const commonWaitEvents: readonly WaitEvent[] = [
  ...named('IO', {
    DataFileRead: 'reads a data file',
    DataFilePrefetch: 'asks for pages of a data file in advance',
    DataFileWrite: 'writes a data file',
    DataFileExtend: 'makes a data file longer',
    DataFileSync: 'waits until a data file is safely on disk',
    BuffileRead: 'reads a temporary file',
    BuffileWrite: 'writes a temporary file',
    AioIoCompletion: 'waits for reads or writes it has started',
    AioIoUringExecution: 'waits for reads or writes it has started',
    CopyFileRead: 'reads a file that is copied',
    SlruRead: 'reads a file of transaction states',
    WalRead: 'reads the write-ahead log',
    WalWrite: 'writes the write-ahead log',
    WalSync: 'waits until the write-ahead log is safely on disk',
    DsmFillZeroWrite: 'reserves shared memory',
    DsmAllocate: 'reserves shared memory',
  }),
  ...named('Lock', {
    relation: 'waits for a lock on a table or index',
    extend: 'waits for its turn to make a table longer',
    frozenid: 'waits to update the oldest transaction of the database',
    page: 'waits for a lock on a page',
    tuple: 'waits in line for a row that others wait for too',
    transactionid: 'waits for another transaction to end',
    virtualxid: 'waits for another transaction to end',
    spectoken: 'waits for the end of an INSERT … ON CONFLICT',
    object: 'waits for a lock on an object that is no table',
    userlock: 'waits for a user lock',
    advisory: 'waits for an advisory lock',
    applytransaction: 'waits for a transaction that is being replicated',
  }),
  ...named('Client', {
    ClientRead: 'waits for its client to send more',
    ClientWrite: 'waits: client reads too slowly',
    WalSenderWaitForWal: 'waits for new write-ahead log to send',
  }),
  ...named('IPC', {
    BufferIo: 'waits until another process has read or written a page',
    ProcarrayGroupUpdate: 'waits until its transaction is marked as ended',
    RecoveryConflictSnapshot: 'stands in the way of the recovery',
    SyncRep: 'waits for the standby to confirm the commit',
    SafeSnapshot: 'waits for a safe snapshot',
    LogicalParallelApplyStateChange: 'waits for a replication worker to change its state',
  }),
  ...named('Timeout', {
    PgSleep: 'sleeps (pg_sleep)',
    VacuumDelay: 'pauses, as the cost limit of vacuum says',
    VacuumTruncate: 'waits for the lock that lets VACUUM shorten the table',
    SpinDelay: 'waits for a spin lock',
    RecoveryApplyDelay: 'waits as long as recovery is delayed on purpose',
  }),
  ...named('LWLock', {
    BufferContent: 'waits for a page that another process uses',
    BufferMapping: 'waits for its turn at the list of cached pages',
    LockManager: 'waits for its turn at the list of locks',
    ProcArray: 'waits for its turn at the list of running transactions',
    WALInsert: 'waits for room in the buffer of the write-ahead log',
    WALWrite: 'waits until another process has written the write-ahead log',
  }),
  { type: 'BufferPin', name: 'BufferPin', words: 'waits until no other process uses a page' },
];

type Details = Omit<WaitEvent, 'type' | 'name'>;

function ipc(events: Readonly<Record<string, Details>>): readonly WaitEvent[] {
  return Object.entries(events).map(([name, details]) => ({ type: 'IPC', name, ...details }));
}

function lwLock(events: Readonly<Record<string, Details>>): readonly WaitEvent[] {
  return Object.entries(events).map(([name, details]) => ({ type: 'LWLock', name, ...details }));
}

function named(type: string, events: Readonly<Record<string, string>>): readonly WaitEvent[] {
  return Object.entries(events).map(([name, words]) => ({ type, name, words }));
}
