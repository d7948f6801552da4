import * as v from 'valibot';
import type { Profile } from '../connection/profile';
import type { ServerSize } from '../guc/settingsFacts';
import type { Memory } from '../memory';

const kept = v.object({ cores: v.nullable(v.number()), memoryBytes: v.nullable(v.number()) });
const unknownSize: ServerSize = { cores: null, memoryBytes: null };

/** What the user has told of the machine below each connection, which PostgreSQL itself does not tell. */
export class ServerSizes {
  constructor(private readonly memory: Memory) {}

  of(profile: Profile): ServerSize {
    const text = this.memory.get(keyOf(profile));
    const decoded = v.safeParse(v.pipe(v.string(), v.parseJson(), kept), text);
    return decoded.success ? decoded.output : unknownSize;
  }

  async tell(profile: Profile, size: ServerSize): Promise<void> {
    await this.memory.update(keyOf(profile), JSON.stringify(size));
  }
}

/** Behind one port of a pooler there may be several machines, and below a profile that was changed another one. */
function keyOf({ name, host, port, database }: Profile): string {
  return `serverSize ${JSON.stringify([name, host, port, database])}`;
}
