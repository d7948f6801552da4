import type { Profile } from '../connection/profile';
import type { ServerSize } from '../guc/settingsFacts';
import type { Memory } from '../memory';
import * as v from 'valibot';

const kept = v.object({ cores: v.nullable(v.number()), memoryBytes: v.nullable(v.number()) });
const unknownSize: ServerSize = { cores: null, memoryBytes: null };

/** What the user has told of the machine below each server, which PostgreSQL itself does not tell. */
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

/** Of the server, not of the database: every profile that leads to it shares the answer. */
function keyOf({ host, port }: Profile): string {
  return `serverSize ${host}:${String(port)}`;
}
