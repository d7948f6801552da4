import type { DebianRelease } from './debianPackage';
import type { PostgresMajor } from './postgres';

/** Set by `npm run test:matrix`. */
const everyVersion = process.env['PLANPOOL_TEST_MATRIX'] === '1';

/** The PostgreSQL versions that a server suite runs on. */
export const majorsUnderTest: readonly PostgresMajor[] = everyVersion ? [13, 14, 15, 16, 17, 18] : [18];

/** The PgBouncers that a server suite runs on. */
export const pgBouncersUnderTest: readonly DebianRelease[] = everyVersion
  ? ['native', 'bookworm', 'trixie', 'sid']
  : ['native'];

/** The PgBouncers whose consoles a server suite asks: the oldest and the newest always, for each has its own columns. */
export const consolesUnderTest: readonly DebianRelease[] = everyVersion
  ? ['bookworm', 'trixie', 'sid']
  : ['bookworm', 'sid'];
