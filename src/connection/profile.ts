/** TLS as libpq's `sslmode` means it (PostgreSQL documentation, "SSL Support"), as far as Planpool speaks it. */
export type SslMode = 'disable' | 'require' | 'verify-full';

/** What stands between the editor and the PostgreSQL server, as the user tells it. */
export type Pooling = 'unknown' | 'no' | 'session' | 'transaction' | 'statement';

/** One place to connect to, with every default filled in. It never holds a password. */
export interface Profile {
  readonly name: string;
  /** A PostgreSQL database (directly or through a pooler), or the console of a PgBouncer. */
  readonly kind: 'postgresql' | 'pgbouncer';
  /** A word of the user's own, such as `production`. */
  readonly label: string | null;
  /** A name, an IP address, or the folder of a Unix socket (it begins with `/`). */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly sslmode: SslMode;
  /** PEM file of the authorities that may sign the server's certificate; null means those of the system. */
  readonly sslrootcert: string | null;
  readonly pooling: Pooling;
  readonly source: 'setting' | 'environment';
}

/** A Unix socket's folder instead of a host name, as libpq tells them apart. */
export function isSocketFolder(host: string): boolean {
  return host.startsWith('/');
}

/** The host is this machine by its name or address alone, without asking a name server. */
export function isLocalHost(host: string): boolean {
  const name = host.toLowerCase();
  return isSocketFolder(host) || name === 'localhost' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}
