import { partOf, tableOf, tableOfInstances, type CopiedTable } from './copyAs';
import type { InstanceLook } from './instance';
import type { NodeTarget } from './nodeIds';

interface Looked {
  readonly instance: string;
  readonly look: InstanceLook;
}

/**
 * The rows that a node of the Pools view stands for: of an instance its pools, of a pool the pool, of *Clients* and *Servers* all of
 * theirs that were asked for, of a label the pools of its instances. Null for a node that stands for none.
 */
export function copiedOf(target: NodeTarget | null, instances: readonly Looked[]): CopiedTable | null {
  if (target?.kind === 'label') {
    const tables = instances.map(({ instance, look }) => ({ instance, table: partOf(look.snapshot, 'pools') }));
    return tables.length === 0 ? null : tableOfInstances(tables);
  }
  const look = instances[0]?.look;
  if (!target || !look) {
    return null;
  }
  const { snapshot } = look;
  switch (target.kind) {
    case 'instance':
      return partOf(snapshot, 'pools');
    case 'part':
      return partOf(snapshot, target.part);
    case 'database':
      return tableOf(
        target.part === 'stats'
          ? snapshot.totals.filter(({ database }) => database === target.database)
          : snapshot.databases.filter(({ name }) => name === target.database),
      );
    case 'pool':
      return tableOf(
        snapshot.pools.filter(({ database, user }) => database === target.database && user === target.user),
      );
    case 'connections':
    case 'connection': {
      const ofPool = look[target.of]?.filter(({ database }) => database === target.database);
      const rows =
        target.kind === 'connection'
          ? ofPool?.filter(({ id, pointer }) => String(id ?? pointer) === target.key)
          : ofPool;
      return rows ? tableOf(rows) : null;
    }
  }
}
