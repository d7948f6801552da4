/** Ids of the nodes of the Pools view. Names are escaped, so that an id says one thing and can be read again. */

/** Where a node stands in the tree. */
export type NodeTarget =
  | { readonly kind: 'label'; readonly label: string }
  | { readonly kind: 'instance'; readonly instance: string }
  | { readonly kind: 'part'; readonly instance: string; readonly part: InstancePart }
  | DatabaseTarget
  | { readonly kind: 'pool'; readonly instance: string; readonly database: string; readonly user: string }
  | ConnectionsTarget
  | (Omit<ConnectionsTarget, 'kind'> & {
      readonly kind: 'connection';
      /** The console's `id`, before 1.24 its `ptr`. */
      readonly key: string;
    });

export type InstancePart = 'databases' | 'stats' | 'lists' | 'config';

interface DatabaseTarget {
  readonly kind: 'database';
  readonly instance: string;
  readonly database: string;
  /** `stopped`: it is, and has no pool, so that it stands among the pools. */
  readonly part: 'databases' | 'stats' | 'stopped';
}

interface ConnectionsTarget {
  readonly kind: 'connections';
  readonly instance: string;
  readonly database: string;
  readonly user: string;
  readonly of: 'clients' | 'servers';
}

export function labelId(label: string): string {
  return join('label', label);
}

export function instanceId(instance: string): string {
  return join('instance', instance);
}

export function partId(instance: string, part: InstancePart): string {
  return join('instance', instance, part);
}

/** Of a database, or of whatever else a part of an instance lists. */
export function itemId(instance: string, part: InstancePart | 'stopped', item: string): string {
  return join('instance', instance, part, item);
}

export function poolId(instance: string, pool: { readonly database: string; readonly user: string }): string {
  return join('pool', instance, pool.database, pool.user);
}

/** A child of a node that is known by its id. */
export function childId(parent: string, child: string): string {
  return `${parent}:${escaped(child)}`;
}

/** What a node of the Pools view is about; null for one that only tells something, and for what is no such id. */
export function nodeTarget(id: unknown): NodeTarget | null {
  if (typeof id !== 'string') {
    return null;
  }
  const [kind, first, ...rest] = id.split(':').map(unescaped);
  if (first === undefined) {
    return null;
  }
  if (kind === 'label') {
    return { kind, label: first };
  }
  return kind === 'instance' ? instanceTarget(first, rest) : kind === 'pool' ? poolTarget(first, rest) : null;
}

function instanceTarget(instance: string, [part, item, ...rest]: readonly string[]): NodeTarget | null {
  if (part === undefined) {
    return { kind: 'instance', instance };
  }
  if (rest.length > 0) {
    return null;
  }
  if (item === undefined) {
    return isPart(part) ? { kind: 'part', instance, part } : null;
  }
  return part === 'databases' || part === 'stats' || part === 'stopped'
    ? { kind: 'database', instance, database: item, part }
    : null;
}

function poolTarget(instance: string, [database, user, of, key, ...rest]: readonly string[]): NodeTarget | null {
  if (database === undefined || user === undefined || rest.length > 0) {
    return null;
  }
  if (of === undefined) {
    return { kind: 'pool', instance, database, user };
  }
  if (of !== 'clients' && of !== 'servers') {
    return null;
  }
  if (key === undefined) {
    return { kind: 'connections', instance, database, user, of };
  }
  return key === 'more' || key === 'failed' || key === 'nothing'
    ? null
    : { kind: 'connection', instance, database, user, of, key };
}

/** The name of the instance that a node belongs to. */
export function instanceOfNode(id: unknown): string | null {
  const target = typeof id === 'string' ? /^(?:instance|pool):([^:]*)/.exec(id)?.[1] : undefined;
  return target === undefined ? null : unescaped(target);
}

/** What has to be asked of an instance for those nodes that are open. */
export function wantedOf(expanded: Iterable<string>, instance: string): { clients: boolean; servers: boolean } {
  const wanted = { clients: false, servers: false };
  for (const id of expanded) {
    const target = nodeTarget(id);
    if (target?.kind === 'connections' && target.instance === instance) {
      wanted[target.of] = true;
    }
  }
  return wanted;
}

function isPart(text: string): text is InstancePart {
  return text === 'databases' || text === 'stats' || text === 'lists' || text === 'config';
}

function join(...parts: readonly string[]): string {
  return parts.map(escaped).join(':');
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll(':', '%3A');
}

function unescaped(text: string): string {
  return text.replaceAll('%3A', ':').replaceAll('%25', '%');
}
