import { Changes } from '../changes';
import type { Memory } from '../memory';
import { builtInOverrideSets, decodeOverrideSets, serverDefaults, type OverrideSet } from './overrideSets';

const memoryKey = 'overrideSet';

/** The override sets that can be chosen, and the one that is. The choice stays until another is made. */
export class OverrideChoice {
  private readonly changes = new Changes();
  readonly onDidChange = this.changes.listen;

  /** `readSetting` answers the user's `planpool.overrideSets` as it stands now, not yet decoded. */
  constructor(
    private readonly readSetting: () => unknown,
    private readonly memory: Memory,
  ) {}

  /** Built-in sets first, then the user's own in their order. */
  get sets(): readonly OverrideSet[] {
    return [...builtInOverrideSets, ...decodeOverrideSets(this.readSetting()).sets];
  }

  /** One sentence for each entry of the setting that cannot be used. */
  get problems(): readonly string[] {
    return decodeOverrideSets(this.readSetting()).problems;
  }

  /** The chosen set; *Server defaults* when the one that was chosen is gone. */
  get chosen(): OverrideSet {
    const name = this.memory.get(memoryKey);
    return this.sets.find(set => set.name === name) ?? serverDefaults;
  }

  /** Chooses by name; answers false, and changes nothing, for a name that is not there. */
  async choose(name: string): Promise<boolean> {
    if (!this.sets.some(set => set.name === name)) {
      return false;
    }
    await this.memory.update(memoryKey, name);
    this.changes.fire();
    return true;
  }

  /** To be called when the setting changed. */
  refresh(): void {
    this.changes.fire();
  }
}
