import type { Profile } from '../../../src/connection/profile';

/** The profile that these tests' reasons are about. */
export const profile: Profile = {
  name: 'lab',
  kind: 'postgresql',
  label: null,
  host: 'db.example',
  port: 5432,
  database: 'shop',
  user: 'me',
  sslmode: 'disable',
  sslrootcert: null,
  pooling: 'unknown',
  source: 'setting',
};
