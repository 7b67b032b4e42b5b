import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiClient } from './api-client.ts';
import { type ApiEndpoint, writeKubeconfig } from './kubeconfig.ts';

/** What a token is good for as long as it is there. The API server reads the node out of it. */
export interface TokenBinding {
  readonly kind: 'Pod' | 'Node';
  readonly name: string;
}

/** Where a ServiceAccount's credentials are written. */
export interface ServiceAccountSpec {
  readonly namespace: string;
  readonly name: string;
  readonly folder: string;
  readonly endpoint: ApiEndpoint;
  readonly api: ApiClient;
  /** Nothing when absent. */
  readonly boundTo?: TokenBinding | undefined;
}

/** The credentials of a ServiceAccount as a pod finds them mounted: `token`, `ca.crt`, `namespace`; and a kubeconfig. */
export class ServiceAccount {
  private constructor(
    readonly spec: ServiceAccountSpec,
    /** Holds the files that a pod has in `/var/run/secrets/kubernetes.io/serviceaccount`. */
    readonly folder: string,
    /** Reads the token from {@link tokenFile}. */
    readonly kubeconfig: string,
    readonly tokenFile: string,
  ) {}

  static async create(spec: ServiceAccountSpec): Promise<ServiceAccount> {
    const { namespace, name, endpoint, boundTo } = spec;
    const binding = boundTo === undefined ? '' : `-${boundTo.kind}-${boundTo.name}`;
    const folder = join(spec.folder, `service-account-${namespace}-${name}${binding}`);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'ca.crt'), endpoint.authority);
    await writeFile(join(folder, 'namespace'), namespace);
    const kubeconfig = join(folder, 'kubeconfig');
    const tokenFile = join(folder, 'token');
    await writeKubeconfig(kubeconfig, endpoint, { tokenFile });
    const account = new ServiceAccount(spec, folder, kubeconfig, tokenFile);
    await account.renewToken();
    return account;
  }

  /** Asks for a new token (TokenRequest; 600 s at least) and puts it in place of the last one, which stays valid. */
  async renewToken(expirationSeconds = 3600): Promise<void> {
    const { namespace, name, api, boundTo } = this.spec;
    const boundObjectRef = boundTo && { apiVersion: 'v1', ...boundTo };
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
    const request = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds, boundObjectRef },
    };
    const { status } = await api.call<{ status: { token: string } }>('POST', path, request);
    const next = `${this.tokenFile}.next`;
    await writeFile(next, status.token, { mode: 0o600 });
    await rename(next, this.tokenFile);
  }
}
