import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { containerCommand } from '../../lab/image/container.ts';
import type { RuntimeRoot } from '../../lab/image/runtime-root.ts';
import type { Cluster } from '../cluster.ts';
import type { PodObject, ProgramOf } from '../kubelet.ts';

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Runs the pods of Berth's manifests as a kubelet would: the image with the arguments, variables, folders, user and
 * capabilities of the template, and the token of its ServiceAccount, bound to the pod.
 *
 * @param rootOf the files of an image
 */
export function berthPods(cluster: Cluster, rootOf: (image: string) => RuntimeRoot): ProgramOf {
  return async ({ metadata: { namespace, name }, spec }) => {
    const [container] = spec.containers;
    if (container === undefined || spec.serviceAccountName === undefined) throw new Error(`${name}: not of Berth`);
    const boundTo = { kind: 'Pod', name } as const;
    const account = await cluster.serviceAccount(namespace, spec.serviceAccountName, boundTo);
    // As a kubelet sees to it that the user of the pod can read it.
    await chmod(account.tokenFile, 0o644);
    const { hostname, port } = new URL(cluster.controlPlane.url);
    const env: Record<string, string> = {
      HOSTNAME: name,
      KUBERNETES_SERVICE_HOST: hostname,
      KUBERNETES_SERVICE_PORT: port,
    };
    for (const { name: variable, value, valueFrom } of container.env ?? []) {
      env[variable] = value ?? fieldOf({ spec }, valueFrom?.fieldRef?.fieldPath);
    }
    const mounts: Record<string, string> = {};
    for (const { name: volume, mountPath } of container.volumeMounts ?? []) {
      if (mountPath === SERVICE_ACCOUNT) {
        mounts[mountPath] = account.folder;
        continue;
      }
      const { hostPath, secret } = spec.volumes?.find((other) => other.name === volume) ?? {};
      if (secret !== undefined) {
        mounts[mountPath] = await secretFolder(cluster, namespace, secret.secretName);
        continue;
      }
      const path = hostPath?.path;
      if (path === undefined) throw new Error(`${name}: nothing stands for the volume ${volume}`);
      // Each node has a /run of its own.
      mounts[mountPath] = join(cluster.folder, `host-${spec.nodeName}`, path);
      await mkdir(mounts[mountPath], { recursive: true });
    }
    const user = spec.securityContext?.runAsUser;
    return containerCommand(rootOf(container.image), {
      args: container.args ?? [],
      env,
      capabilities: container.securityContext?.capabilities?.add ?? [],
      user: user === 0 ? undefined : user,
      mounts,
    });
  };
}

/** The entries of a Secret as files. Rejects while there is none: the pod waits for it. */
async function secretFolder(cluster: Cluster, namespace: string, name: string): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}/secrets/${name}`;
  const { data = {} } = await cluster.api.call<{ data?: Readonly<Record<string, string>> }>('GET', path);
  const folder = join(cluster.folder, `secret-${namespace}-${name}`);
  await mkdir(folder, { recursive: true });
  for (const [key, value] of Object.entries(data)) await writeFile(join(folder, key), Buffer.from(value, 'base64'));
  return folder;
}

function fieldOf({ spec }: Pick<PodObject, 'spec'>, path: string | undefined): string {
  if (path !== 'spec.nodeName' || spec.nodeName === undefined)
    throw new Error(`no field ${path} of a pod is known here`);
  return spec.nodeName;
}
