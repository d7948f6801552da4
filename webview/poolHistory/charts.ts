import type { HistoryPoint } from '../../src/page/poolHistoryPage';

export type Unit = 'count' | 'ms' | 'perSecond';

/** One line of a chart. */
export interface Series {
  readonly name: string;
  readonly value: (point: HistoryPoint) => number | null;
  /** What stands for the value that a point does not have. */
  readonly missing: (point: HistoryPoint) => string;
  /** An area is filled down to zero; a limit goes in steps. */
  readonly shape: 'area' | 'line' | 'limit';
  /** A colour of the editor's charts. */
  readonly tone: 'blue' | 'orange' | 'green' | 'purple' | 'plain';
  /** What a row of the table, which stands for a minute, says; and the name of that column. */
  readonly ofMinute: 'highest' | 'lowest' | 'mean';
  readonly column: string;
}

export type ChartId = 'clients' | 'servers' | 'wait' | 'throughput';

export interface Chart {
  readonly id: ChartId;
  readonly title: string;
  /** More about what it counts; empty when the title says it all. */
  readonly note: string;
  readonly unit: Unit;
  readonly series: readonly Series[];
}

const unknown = (): string => 'not known';

/** The charts of a pool, in their order on the page. */
export const charts: readonly Chart[] = [
  {
    id: 'clients',
    title: 'Clients',
    note: '',
    unit: 'count',
    series: [
      {
        name: 'active',
        value: point => point.clientsActive,
        missing: unknown,
        shape: 'line',
        tone: 'blue',
        ofMinute: 'highest',
        column: 'Active, highest',
      },
      {
        name: 'waiting',
        value: point => point.clientsWaiting,
        missing: unknown,
        shape: 'area',
        tone: 'orange',
        ofMinute: 'highest',
        column: 'Waiting, highest',
      },
    ],
  },
  {
    id: 'servers',
    title: 'Server connections',
    note: '',
    unit: 'count',
    series: [
      {
        name: 'active',
        value: point => point.serversActive,
        missing: unknown,
        shape: 'area',
        tone: 'blue',
        ofMinute: 'highest',
        column: 'Active, highest',
      },
      {
        name: 'idle',
        value: point => point.serversIdle,
        missing: unknown,
        shape: 'line',
        tone: 'green',
        ofMinute: 'lowest',
        column: 'Idle, lowest',
      },
      {
        name: 'pool size',
        value: point => (point.poolSize === 0 ? null : point.poolSize),
        missing: point => (point.poolSize === 0 ? 'no limit' : unknown()),
        shape: 'limit',
        tone: 'plain',
        ofMinute: 'highest',
        column: 'Pool size',
      },
    ],
  },
  {
    id: 'wait',
    title: 'Wait for a server connection',
    note: '',
    unit: 'ms',
    series: [
      {
        name: 'longest',
        value: point => point.maxWaitUs / 1000,
        missing: unknown,
        shape: 'area',
        tone: 'orange',
        ofMinute: 'highest',
        column: 'Longest',
      },
    ],
  },
  {
    id: 'throughput',
    title: 'Throughput',
    note: 'of all pools of the database',
    unit: 'perSecond',
    series: [
      {
        name: 'transactions',
        value: point => point.transactionsPerSecond,
        missing: unknown,
        shape: 'area',
        tone: 'blue',
        ofMinute: 'mean',
        column: 'Transactions, mean',
      },
      {
        name: 'queries',
        value: point => point.queriesPerSecond,
        missing: unknown,
        shape: 'line',
        tone: 'purple',
        ofMinute: 'mean',
        column: 'Queries, mean',
      },
    ],
  },
];
