import { Changes } from '../changes';
import type { Memory } from '../memory';
import type { Profile } from './profile';

const memoryKey = 'connection';

/** The connection profiles there are, and the one that Explain uses. */
export class ConnectionChoice {
  private readonly changes = new Changes();
  readonly onDidChange = this.changes.listen;

  constructor(
    private readonly resolve: () => { readonly profiles: readonly Profile[]; readonly problems: readonly string[] },
    private readonly memory: Memory,
  ) {}

  get profiles(): readonly Profile[] {
    return this.resolve().profiles;
  }

  /** One sentence for each connection that cannot be used as it is written. */
  get problems(): readonly string[] {
    return this.resolve().problems;
  }

  /** The chosen profile; the only PostgreSQL profile when there is just one; else undefined. */
  get chosen(): Profile | undefined {
    const servers = this.profiles.filter(profile => profile.kind === 'postgresql');
    const name = this.memory.get(memoryKey);
    return servers.find(profile => profile.name === name) ?? (servers.length === 1 ? servers[0] : undefined);
  }

  async choose(profile: Profile): Promise<void> {
    await this.memory.update(memoryKey, profile.name);
    this.changes.fire();
  }

  /** To be called when the setting changed. */
  refresh(): void {
    this.changes.fire();
  }
}
