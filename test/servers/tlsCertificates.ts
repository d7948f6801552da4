import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

/** PEM text. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export interface Authority {
  readonly certificate: string;
  /** A server's certificate for these alternative names; a negative number of days makes one that has expired. */
  sign(names: string, days?: number): Promise<KeyPair>;
  /** One that the server has signed itself. */
  selfSign(names: string): Promise<KeyPair>;
}

/** A certificate authority that lives in the folder, made by the openssl program. */
export async function makeAuthority(folder: string, name: string): Promise<Authority> {
  let serial = 0;
  const file = (suffix: string): string => path.join(folder, `${name}-${serial}.${suffix}`);
  const openssl = (...args: string[]): Promise<unknown> => promisify(execFile)('openssl', args);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const pair = async (): Promise<KeyPair> => ({
    certificate: await readFile(file('crt'), 'utf8'),
    key: await readFile(file('key'), 'utf8'),
  });
  const make = async (...more: string[]): Promise<KeyPair> => {
    serial += 1;
    const subject = ['-subj', `/CN=planpool test ${name} ${serial}`];
    await openssl('req', '-x509', ...newKey, '-keyout', file('key'), '-out', file('crt'), ...subject, ...more);
    return pair();
  };
  const authority = await make('-addext', 'basicConstraints=critical,CA:TRUE', '-days', '2');
  const [caCertificate, caKey] = [file('crt'), file('key')];
  return {
    certificate: authority.certificate,
    selfSign: names => make('-addext', `subjectAltName=${names}`, '-days', '2'),
    async sign(names, days = 2) {
      serial += 1;
      const [request, extensions] = [file('csr'), file('ext')];
      await writeFile(extensions, `subjectAltName=${names}\n`);
      await openssl('req', '-new', ...newKey, '-keyout', file('key'), '-out', request, '-subj', `/CN=server ${serial}`);
      const signing = ['-CA', caCertificate, '-CAkey', caKey, '-set_serial', String(serial), '-extfile', extensions];
      await openssl('x509', '-req', '-in', request, '-out', file('crt'), '-days', String(days), ...signing);
      return pair();
    },
  };
}
