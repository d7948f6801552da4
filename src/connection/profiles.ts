import * as v from 'valibot';
import { environmentProfile } from './environmentProfile';

import type { Profile } from './profile';
import { contradiction, defaultSslMode } from './profileRules';
import type { Environment, ResolvedProfiles } from './profileRules';

const word = v.pipe(
  v.string('must be a text'),
  v.check(text => text.trim() !== '' && !text.includes('\0'), 'must not be empty'),
);
const port = v.pipe(
  v.number('must be a whole number from 1 to 65535'),
  v.integer('must be a whole number from 1 to 65535'),
  v.minValue(1, 'must be a whole number from 1 to 65535'),
  v.maxValue(65_535, 'must be a whole number from 1 to 65535'),
);

function oneOf<const T extends readonly [string, ...string[]]>(...options: T) {
  return v.picklist(options, `must be one of ${options.join(', ')}`);
}

const entrySchema = v.strictObject(
  {
    name: word,
    kind: v.optional(oneOf('postgresql', 'pgbouncer'), 'postgresql'),
    label: v.optional(v.nullable(v.string('must be a text')), null),
    host: v.optional(
      v.pipe(
        word,
        v.check(host => !host.includes(','), 'must be one host'),
      ),
      'localhost',
    ),
    port: v.optional(port),
    database: v.optional(word),
    user: v.optional(word),
    sslmode: v.optional(oneOf('disable', 'require', 'verify-full')),
    sslrootcert: v.optional(v.nullable(word), null),
    pooling: v.optional(oneOf('unknown', 'no', 'session', 'transaction', 'statement'), 'unknown'),
  },
  issue => (issue.expected === 'never' ? 'is not a field of a connection' : 'must be an object with a name'),
);

type Entry = v.InferOutput<typeof entrySchema>;

/**
 * Turns the setting `planpool.connections` into profiles, with libpq's defaults but for two: the host is `localhost`, and
 * TLS is `verify-full` for any other machine and `disable` for this one. Without any entry the PG* variables make one
 * profile. Everything that decides where a connection goes is decided here.
 * @param setting the setting's value as the editor gives it, of any shape.
 * @param osUser the user of the operating system, PostgreSQL's default user.
 */
export function resolveProfiles(setting: unknown, env: Environment, osUser: string): ResolvedProfiles {
  if (setting === undefined || setting === null || (Array.isArray(setting) && setting.length === 0)) {
    return environmentProfile(env, osUser);
  }
  if (!Array.isArray(setting)) {
    return { profiles: [], problems: ['planpool.connections must be a list of connections.'] };
  }
  const profiles: Profile[] = [];
  const problems: string[] = [];
  setting.forEach((value: unknown, index) => {
    const title = entryTitle(value, index);
    const decoded = v.safeParse(entrySchema, value);
    if (!decoded.success) {
      problems.push(`${title}: ${issueText(decoded.issues[0])}.`);
      return;
    }
    const profile = withDefaults(decoded.output, osUser);
    const taken = profiles.some(({ name }) => name === profile.name);
    const problem = taken ? 'the name is taken by a connection above it' : contradiction(profile);
    if (problem === null) {
      profiles.push(profile);
    } else {
      problems.push(`${title}: ${problem}.`);
    }
  });
  return { profiles, problems };
}

function withDefaults(entry: Entry, osUser: string): Profile {
  const console = entry.kind === 'pgbouncer';
  const user = entry.user ?? osUser;
  return {
    ...entry,
    port: entry.port ?? (console ? 6432 : 5432),
    user,
    database: entry.database ?? (console ? 'pgbouncer' : user),
    sslmode: entry.sslmode ?? defaultSslMode(entry.host),
    source: 'setting',
  };
}

function entryTitle(value: unknown, index: number): string {
  const named = v.safeParse(v.object({ name: word }), value);
  return named.success ? `Connection “${named.output.name}”` : `Connection ${index + 1} of planpool.connections`;
}

function issueText(issue: v.BaseIssue<unknown>): string {
  const key = v.getDotPath(issue);
  if (key === 'password') {
    return 'a password is never read from the settings; remove it, you are asked when it is needed';
  }
  return key === null ? issue.message : `${key} ${issue.message}`;
}
