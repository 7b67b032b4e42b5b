import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Cluster } from '../../test/cluster/cluster.ts';
import type { PodObject, ProgramOf } from '../../test/cluster/kubelet.ts';

const WEB = fileURLToPath(new URL('../../test/cluster/web.mjs', import.meta.url));

/** Runs its arguments with the first of them for /etc/hosts; `ip netns exec` has made a mount namespace for the pod. */
const WITH_HOSTS = 'mount --bind "$1" /etc/hosts && shift && exec "$@"';

/**
 * What stands for the images of the samples: Debian's nginx with the configuration of the pod's ConfigMap, and a small
 * server of ours for agnhost.
 */
export function programsOf(cluster: Cluster): ProgramOf {
  return async (pod) => {
    const [container] = pod.spec.containers;
    if (container?.image.startsWith('nginx:')) return await nginx(cluster, pod);
    if (container?.args?.[0] === 'netexec') {
      const ports = container.ports?.map(
        ({ containerPort, protocol }) => containerPort + (protocol === 'UDP' ? '/udp' : ''),
      );
      return [process.execPath, WEB, pod.metadata.name, ...(ports ?? [])];
    }
    throw new Error(`pod ${pod.metadata.name}: nothing stands for the image ${container?.image}`);
  };
}

async function nginx(cluster: Cluster, pod: PodObject): Promise<readonly [string, ...string[]]> {
  const { namespace, name } = pod.metadata;
  const folder = join(cluster.folder, `nginx-${namespace}-${name}`);
  const configuration = join(folder, 'conf.d');
  await mkdir(configuration, { recursive: true });
  for (const { configMap } of pod.spec.volumes ?? []) {
    if (configMap === undefined) continue;
    const path = `/api/v1/namespaces/${namespace}/configmaps/${configMap.name}`;
    const { data } = await cluster.api.call<{ data: Record<string, string> }>('GET', path);
    for (const [file, text] of Object.entries(data)) await writeFile(join(configuration, file), text);
  }
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const main = `
daemon off;
master_process off;
user root;
pid nginx.pid;
events {}
http {
  access_log off;
  ${temporary.map((what) => `${what}_temp_path ${what};`).join('\n  ')}
  include conf.d/*.conf;
}
`;
  await writeFile(join(folder, 'nginx.conf'), main);
  const hosts = join(folder, 'hosts');
  await writeFile(hosts, await serviceNames(cluster, namespace));
  return ['sh', '-c', WITH_HOSTS, 'sh', hosts, 'nginx', '-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr'];
}

/** Stands in for the cluster's DNS: the Services of a namespace by name, as lines of /etc/hosts. */
async function serviceNames(cluster: Cluster, namespace: string): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}/services`;
  const { items } = await cluster.api.call<{ items: { metadata: { name: string }; spec: { clusterIP: string } }[] }>(
    'GET',
    path,
  );
  const lines = items.map(({ metadata, spec }) => `${spec.clusterIP} ${metadata.name} ${metadata.name}.${namespace}`);
  return ['127.0.0.1 localhost', ...lines, ''].join('\n');
}
