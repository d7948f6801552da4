import type { ConsoleSnapshot, DatabaseRates, DatabaseTotals } from './model';

/**
 * What the counters say about the time between two snapshots of one console. A database is left out where any of its counters
 * has fallen, for then it was counted anew (a restart, a RELOAD, a KILL), and where it was not there before. Nothing is said
 * about two snapshots over different connections: what happened in between is not known.
 */
export function ratesBetween(before: ConsoleSnapshot, now: ConsoleSnapshot): readonly DatabaseRates[] {
  const seconds = (now.takenAtMs - before.takenAtMs) / 1000;
  if (seconds <= 0 || before.connectionId !== now.connectionId) {
    return [];
  }
  const earlier = new Map(before.totals.map(totals => [totals.database, totals]));
  return now.totals.flatMap(totals => {
    const since = earlier.get(totals.database);
    const gained = since === undefined ? null : difference(since, totals);
    return gained === null ? [] : [ratesOf(gained, seconds)];
  });
}

type Gained = Omit<DatabaseTotals, 'shown'>;

/** Null when a counter has fallen. */
function difference(before: DatabaseTotals, now: DatabaseTotals): Gained | null {
  const assigned =
    before.serverAssignments === null || now.serverAssignments === null
      ? null
      : now.serverAssignments - before.serverAssignments;
  const gained = {
    transactions: now.transactions - before.transactions,
    queries: now.queries - before.queries,
    receivedBytes: now.receivedBytes - before.receivedBytes,
    sentBytes: now.sentBytes - before.sentBytes,
    transactionUs: now.transactionUs - before.transactionUs,
    queryUs: now.queryUs - before.queryUs,
    waitUs: now.waitUs - before.waitUs,
  };
  const fell = [...Object.values(gained), assigned ?? 0].some(value => value < 0);
  return fell ? null : { database: now.database, ...gained, serverAssignments: assigned };
}

function ratesOf(gained: Gained, seconds: number): DatabaseRates {
  return {
    database: gained.database,
    transactionsPerSecond: gained.transactions / seconds,
    queriesPerSecond: gained.queries / seconds,
    receivedBytesPerSecond: gained.receivedBytes / seconds,
    sentBytesPerSecond: gained.sentBytes / seconds,
    transactionUs: mean(gained.transactionUs, gained.transactions),
    queryUs: mean(gained.queryUs, gained.queries),
    waitUs: mean(gained.waitUs, gained.serverAssignments ?? gained.transactions),
  };
}

function mean(sum: number, of: number): number | null {
  return of === 0 ? null : sum / of;
}
