import type { PoolHistory } from './history';
import type { GoodState, InstanceView } from './shownInstance';

/** What the nodes below an instance are made of. */
export interface NodeContext {
  readonly instance: InstanceView;
  readonly state: GoodState;
  readonly history: PoolHistory;
  readonly locale: string;
  /** What can be done to a database, as words of a menu. */
  readonly menuOf: (database: string) => string;
}
