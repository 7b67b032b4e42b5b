import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A certificate and its private key, both in PEM. */
export interface KeyPair {
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly certificate: string;
  readonly key: string;
}

const SECTIONS = `
[req]
distinguished_name = name
[name]
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[client]
basicConstraints = critical, CA:FALSE
extendedKeyUsage = clientAuth
`;

/** The cluster's certificate authority, in a folder of its own; what it issues is good for a day. */
export class CertificateAuthority {
  private constructor(
    readonly folder: string,
    /** The authority's own certificate. */
    readonly root: KeyPair,
  ) {}

  static async create(folder: string): Promise<CertificateAuthority> {
    await writeFile(join(folder, 'openssl.cnf'), SECTIONS);
    return new CertificateAuthority(folder, await issue(folder, 'ca', '/CN=cluster-ca', 'ca', []));
  }

  /** For a server that is reached by these names, such as `IP:192.0.2.10` and `DNS:kubernetes`. */
  async server(name: string, names: readonly string[]): Promise<KeyPair> {
    const config = `[${name}]\nbasicConstraints = critical, CA:FALSE\nextendedKeyUsage = serverAuth\n`;
    await writeFile(join(this.folder, `${name}.cnf`), `${SECTIONS}${config}subjectAltName = ${names.join(',')}\n`);
    return await this.#signed(name, `/CN=${name}`, name, `${name}.cnf`);
  }

  /** For a user of the API and the groups that it is in. */
  async client(user: string, groups: readonly string[] = []): Promise<KeyPair> {
    const subject = [...groups.map((group) => `/O=${group}`), `/CN=${user}`].join('');
    return await this.#signed(user.replaceAll(/[^\w-]/g, '-'), subject, 'client');
  }

  async #signed(name: string, subject: string, section: string, config?: string): Promise<KeyPair> {
    const by = ['-CA', this.root.certificateFile, '-CAkey', this.root.keyFile];
    return await issue(this.folder, name, subject, section, by, config);
  }
}

async function issue(
  folder: string,
  name: string,
  subject: string,
  section: string,
  by: readonly string[],
  config = 'openssl.cnf',
): Promise<KeyPair> {
  const certificateFile = join(folder, `${name}.crt`);
  const keyFile = join(folder, `${name}.key`);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile];
  const how = ['-days', '1', '-config', join(folder, config), '-extensions', section, ...by];
  await execute('openssl', ['req', '-x509', ...key, '-out', certificateFile, '-subj', subject, ...how]);
  const [certificate, keyText] = await Promise.all([certificateFile, keyFile].map((file) => readFile(file, 'utf8')));
  return { certificateFile, keyFile, certificate: certificate ?? '', key: keyText ?? '' };
}

/** Writes the key with which ServiceAccount tokens are signed and checked, and gives its file. */
export async function writeServiceAccountKey(folder: string): Promise<string> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const file = join(folder, 'service-account.key');
  await writeFile(file, privateKey.export({ type: 'sec1', format: 'pem' }), { mode: 0o600 });
  return file;
}
