import { writeFile } from 'node:fs/promises';

/** How a user shows who it is; a member of `users[].user` of a kubeconfig file. */
export type KubeconfigUser = Readonly<Record<string, unknown>>;

/** Where the API server is, and what signed its certificate (PEM). */
export interface ApiEndpoint {
  readonly url: string;
  readonly authority: string;
}

/** Writes a kubeconfig file with one cluster, one user and one context. */
export async function writeKubeconfig(
  file: string,
  { url, authority }: ApiEndpoint,
  user: KubeconfigUser,
): Promise<void> {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'cluster', cluster: { server: url, 'certificate-authority-data': base64(authority) } }],
    users: [{ name: 'user', user }],
    contexts: [{ name: 'context', context: { cluster: 'cluster', user: 'user' } }],
    'current-context': 'context',
  };
  await writeFile(file, JSON.stringify(config), { mode: 0o600 });
}

/** Text as kubeconfig's `…-data` members hold it. */
export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
