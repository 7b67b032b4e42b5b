import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { cachedAccess } from '../../http/cached-access.ts';
import { formatHttpAddress, type HttpAddress } from '../../http/http-address.ts';
import type { Certificate, HttpSecurity, HttpServer } from '../../http/server.ts';
import type { Logger } from '../../log/logger.ts';
import { ApiClient } from '../../store/cluster/api-client.ts';
import type { Credentials } from '../../store/cluster/credentials.ts';
import { tokenAccess } from '../../store/cluster/token-access.ts';
import { CommandError } from '../exit-codes.ts';
import type { HttpSecurityOptions } from './http-security-options.ts';

/** Milliseconds between looks at the files of a certificate. */
const LOOK_AGAIN = 30_000;

/** The security of one daemon's server: what it starts with, and what keeps it up to date. */
export class ServedSecurity {
  readonly #files: { readonly cert: string; readonly key: string } | undefined;
  #current: Certificate | undefined;
  #client: ApiClient | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @throws CommandError where the options do not go together */
  constructor(
    private readonly options: HttpSecurityOptions,
    private readonly logger: Logger,
    private readonly credentials?: () => Promise<Credentials>,
  ) {
    const { httpTlsCertFile: cert, httpTlsKeyFile: key } = options;
    if ((cert === undefined) !== (key === undefined)) {
      throw new CommandError('--http-tls-cert-file and --http-tls-key-file go together: give both or none');
    }
    this.#files = cert === undefined || key === undefined ? undefined : { cert, key };
  }

  /** @throws CommandError where a file cannot be read, or a token would cross the network in the clear */
  async open(address: HttpAddress): Promise<HttpSecurity> {
    this.#current = await this.#read();
    if (this.options.metricsAuth !== true || this.credentials === undefined) return { certificate: this.#current };
    if (this.#current === undefined && !isLoopback(address)) {
      throw new CommandError(
        `--metrics-auth on ${formatHttpAddress(address)}: tokens would cross the network in the clear; give --http-tls-cert-file and --http-tls-key-file, or --http-address 127.0.0.1:${address.port}`,
      );
    }
    // Reviews must not hold up what the daemon asks for itself.
    const client = new ApiClient(await this.credentials());
    this.#client = client;
    return { certificate: this.#current, access: cachedAccess((token, path) => tokenAccess(client, token, path)) };
  }

  /** Has the server show each new certificate from now on. */
  keepCurrent(server: Pick<HttpServer, 'useCertificate'>): void {
    if (this.#files === undefined) return;
    this.#timer = setInterval(() => void this.look(server), LOOK_AGAIN);
  }

  /** Reads the certificate again. While it cannot be used, the last one stands. */
  async look(server: Pick<HttpServer, 'useCertificate'>): Promise<void> {
    try {
      const next = await this.#read();
      if (next === undefined || (next.cert === this.#current?.cert && next.key === this.#current.key)) return;
      server.useCertificate(next);
      this.#current = next;
      this.logger.info('serving with a new certificate');
    } catch (error) {
      this.logger.warn('cannot use the new certificate; the last one stands', { error });
    }
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#client?.close();
  }

  async #read(): Promise<Certificate | undefined> {
    if (this.#files === undefined) return undefined;
    const files = this.#files;
    const cert = await readPem(files.cert, '--http-tls-cert-file');
    const key = await readPem(files.key, '--http-tls-key-file');
    try {
      createSecureContext({ cert, key });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new CommandError(`--http-tls-cert-file ${files.cert} with the key ${files.key}: ${reason}`);
    }
    return { cert, key };
  }
}

async function readPem(file: string, option: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CommandError(`cannot read ${option} ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function isLoopback({ host }: HttpAddress): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
