import * as v from 'valibot';
import type { Memory } from '../memory';

const memoryKey = 'watchedPgBouncers';
const kept = v.pipe(v.string(), v.parseJson(), v.array(v.string()));

/** The PgBouncers that the user has watched, by the names of their connections. */
export class WatchedNames {
  constructor(private readonly memory: Memory) {}

  get all(): ReadonlySet<string> {
    const decoded = v.safeParse(kept, this.memory.get(memoryKey));
    return new Set(decoded.success ? decoded.output : []);
  }

  async set(name: string, watched: boolean): Promise<void> {
    const others = [...this.all].filter(one => one !== name);
    await this.memory.update(memoryKey, JSON.stringify(watched ? [...others, name] : others));
  }
}
