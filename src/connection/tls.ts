import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { ConnectFailed, messageOf } from './errors';
import { isSocketFolder } from './profile';
import type { Profile } from './profile';

/** What TLS is to be made of; null means none. */
export type TlsOptions = Pick<
  ConnectionOptions,
  'ca' | 'checkServerIdentity' | 'rejectUnauthorized' | 'servername' | 'host' | 'minVersion'
>;

/**
 * `sslmode` as libpq means it (documentation, "SSL Support", table "SSL Mode Descriptions"): `disable` never encrypts;
 * `require` encrypts and verifies nothing, but with a root certificate it verifies the authority as `verify-ca` does;
 * `verify-full` verifies authority and host name or IP address. Over a Unix socket there is no TLS, whatever the mode.
 * `sslrootcert` may be libpq's word `system`. Rejects with ConnectFailed when the root certificate cannot be read.
 */
export async function tlsOptions(
  profile: Pick<Profile, 'host' | 'sslmode' | 'sslrootcert'>,
): Promise<TlsOptions | null> {
  if (profile.sslmode === 'disable' || isSocketFolder(profile.host)) {
    return null;
  }
  const { host } = profile;
  // RFC 6066 allows names only in the server name indication; `host` is what the certificate is compared with.
  const base: TlsOptions = { host, servername: isIP(host) === 0 ? host : '', minVersion: 'TLSv1.2' };
  const authorities = await rootCertificates(profile.sslrootcert);
  switch (profile.sslmode) {
    case 'require':
      return authorities === null
        ? { ...base, rejectUnauthorized: false }
        : { ...base, ca: authorities, rejectUnauthorized: true, checkServerIdentity: () => undefined };
    case 'verify-full':
      return { ...base, rejectUnauthorized: true, ...(authorities === null ? {} : { ca: authorities }) };
  }
}

async function rootCertificates(file: string | null): Promise<string | null> {
  if (file === null || file === 'system') {
    return null;
  }
  try {
    const pem = await readFile(file, 'utf8');
    if (!pem.includes('-----BEGIN')) {
      throw new Error(`${file} holds no PEM certificate`);
    }
    return pem;
  } catch (error) {
    throw new ConnectFailed('rootCertificateUnreadable', messageOf(error));
  }
}
