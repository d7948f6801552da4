import { commandIds, type Commands } from '../../ids';

type PoolCommandId = Extract<keyof Commands, `planpool.pools.${string}`>;

export type PoolCommands = Pick<Commands, PoolCommandId>;

/** The commands of the Pools view, which wait for the view to be there: it is a file of its own. */
export function poolCommands(load: () => Promise<PoolCommands>): PoolCommands {
  const waiting = commandIds.filter(isPoolCommand).map(id => {
    const run = async (node?: unknown): Promise<void> => (await load())[id](node);
    return [id, run] as const;
  });
  return Object.fromEntries(waiting) as PoolCommands;
}

function isPoolCommand(id: keyof Commands): id is PoolCommandId {
  return id.startsWith('planpool.pools.');
}
