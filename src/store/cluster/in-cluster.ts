import { existsSync } from 'node:fs';
import type { Credentials } from './credentials.ts';
import { ReplacedFile } from './replaced-file.ts';

const FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

/** What a pod is told of its cluster. */
export interface InClusterSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where the ServiceAccount's `token` and `ca.crt` are mounted. */
  readonly folder: string;
}

const OWN_POD: InClusterSources = { environment: process.env, folder: FOLDER };

/** Whether this process runs in a pod that was given a ServiceAccount. */
export function isInCluster({ environment, folder }: InClusterSources = OWN_POD): boolean {
  return Boolean(environment.KUBERNETES_SERVICE_HOST) && existsSync(`${folder}/token`);
}

/**
 * The credentials of the pod's ServiceAccount; its token and its authority are read again when their files change.
 *
 * @throws Error where this is no pod, or its ServiceAccount is not mounted.
 */
export async function inClusterCredentials({ environment, folder }: InClusterSources = OWN_POD): Promise<Credentials> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = environment;
  if (!host) throw new Error('KUBERNETES_SERVICE_HOST is not set: outside a pod, name a kubeconfig with --kubeconfig');
  const authority = new ReplacedFile(`${folder}/ca.crt`);
  const token = new ReplacedFile(`${folder}/token`);
  await Promise.all([authority.read(), token.read()]);
  return {
    server: new URL(`https://${host.includes(':') ? `[${host}]` : host}:${port}`),
    authorize: async () => ({
      headers: { authorization: `Bearer ${await token.read()}` },
      tls: { ca: await authority.read() },
    }),
    refresh: () => token.refresh(),
  };
}
