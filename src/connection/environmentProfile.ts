import type { Profile, SslMode } from './profile';
import { contradiction, defaultSslMode } from './profileRules';
import type { Environment, ResolvedProfiles } from './profileRules';

/** libpq's variables that change who is connected to, or how safely, and that are not understood yet. */
const notUnderstood = ['PGSERVICE', 'PGHOSTADDR', 'PGREQUIREAUTH', 'PGCHANNELBINDING', 'PGSSLNEGOTIATION'] as const;

const sslModes: readonly SslMode[] = ['disable', 'require', 'verify-full'];

/**
 * The profile that libpq's environment variables name (documentation, "Environment Variables"), when at least PGHOST,
 * PGDATABASE or PGSERVICE is set; empty ones count as unset. What is not understood gives a problem and no profile.
 * PGPASSWORD is not part of a profile: whoever keeps passwords reads it.
 */
export function environmentProfile(env: Environment, osUser: string): ResolvedProfiles {
  const read = (name: string): string | null => (env[name] === undefined || env[name] === '' ? null : env[name]);
  if (read('PGHOST') === null && read('PGDATABASE') === null && read('PGSERVICE') === null) {
    return { profiles: [], problems: [] };
  }
  const unknown = notUnderstood.find(name => read(name) !== null);
  if (unknown !== undefined) {
    return refused(`${unknown} is set, which Planpool does not understand yet`);
  }
  const host = read('PGHOST') ?? 'localhost';
  const port = read('PGPORT') ?? '5432';
  if (host.includes(',') || port.includes(',')) {
    return refused('PGHOST and PGPORT name several servers, and Planpool connects to one');
  }
  if (!/^[1-9]\d{0,4}$/.test(port) || Number(port) > 65_535) {
    return refused('PGPORT must be a whole number from 1 to 65535');
  }
  const mode = read('PGSSLMODE') ?? defaultSslMode(host);
  const sslmode = sslModes.find(known => known === mode);
  if (sslmode === undefined) {
    return refused(`PGSSLMODE is “${mode}”, and Planpool knows ${sslModes.join(', ')} only`);
  }
  const user = read('PGUSER') ?? osUser;
  const profile: Profile = {
    name: environmentProfileName(host, port),
    kind: 'postgresql',
    label: null,
    host,
    port: Number(port),
    database: read('PGDATABASE') ?? user,
    user,
    sslmode,
    sslrootcert: read('PGSSLROOTCERT'),
    pooling: 'unknown',
    source: 'environment',
  };
  const problem = contradiction(profile);
  return problem === null ? { profiles: [profile], problems: [] } : refused(problem);
}

/** Says where it leads and where it comes from: `db.example.com (environment)`, with the port unless it is PostgreSQL's own. */
function environmentProfileName(host: string, port: string): string {
  const address = port === '5432' ? host : `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return `${address} (environment)`;
}

function refused(sentence: string): ResolvedProfiles {
  return { profiles: [], problems: [`Connection of the environment: ${sentence}.`] };
}
