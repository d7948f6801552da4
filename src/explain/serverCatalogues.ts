import type { Profile } from '../connection/profile';
import { secretKey } from '../connection/secretKey';
import type { Transaction } from '../connection/transaction';
import {
  decodeServerSettings,
  serverSettingsParameter,
  serverSettingsQuery,
  type ServerSetting,
} from '../guc/serverSettings';

/** What a server is and which planner settings it has. */
export interface ServerCatalogue {
  /** `server_version_num`. */
  readonly serverVersion: number;
  readonly settings: ReadonlyMap<string, ServerSetting>;
}

const maxAgeMs = 10 * 60_000;

/** The catalogues of the servers that were asked, each kept for ten minutes: a warm Explain needs only its own transaction. */
export class ServerCatalogues {
  private readonly kept = new Map<string, { readonly catalogue: ServerCatalogue; readonly askedAt: number }>();

  constructor(private readonly now: () => number) {}

  /** `look` runs a read-only transaction on a server of the profile. */
  async of(
    profile: Profile,
    look: (work: (tx: Transaction) => Promise<ServerCatalogue>) => Promise<ServerCatalogue>,
  ): Promise<ServerCatalogue> {
    const key = secretKey(profile);
    const known = this.kept.get(key);
    if (known && this.now() - known.askedAt < maxAgeMs) {
      return known.catalogue;
    }
    const catalogue = await look(async tx => {
      const { rows } = await tx.query(serverSettingsQuery, [serverSettingsParameter]);
      return { serverVersion: tx.serverVersion, settings: decodeServerSettings(rows) };
    });
    this.kept.set(key, { catalogue, askedAt: this.now() });
    return catalogue;
  }
}
