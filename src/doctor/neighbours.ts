import type { Service } from '../api/kubernetes/service.ts';
import type { KubernetesObject } from '../api/object.ts';
import { type Check, nameOf, type Patient, type Symptom, symptom } from './check.ts';
import { PROXY_CONFIG, surroundingsOf, valueAt } from './surroundings.ts';

/** What else runs in the cluster, and where the cluster runs. */
export const NEIGHBOUR_CHECKS: readonly Check[] = [
  {
    name: 'implementation',
    healthy: 'nothing else serves Services of type LoadBalancer',
    needs: ['Deployment', 'DaemonSet'],
    look: ({ surroundings }) =>
      ['Deployment', 'DaemonSet'].flatMap((kind) => surroundingsOf(surroundings, kind).flatMap(implementation)),
  },
  {
    name: 'foreign-pool',
    healthy: 'no pools are left that nobody reads',
    needs: ['IPAddressPool.metallb.io'],
    look: ({ surroundings }) =>
      surroundingsOf(surroundings, 'IPAddressPool.metallb.io').map((pool) =>
        symptom('warn', `${nameOf(pool)} (metallb.io)`, 'ForeignPools', 'it is of MetalLB'),
      ),
  },
  {
    name: 'deletion',
    healthy: 'no Service hangs in its deletion',
    needs: ['Service'],
    look: ({ situation }) => situation.objects.services.flatMap((service) => stuck(service, situation.now)),
  },
  {
    name: 'quota',
    healthy: 'no quota stands in the way of a Service',
    needs: ['ResourceQuota'],
    look: ({ surroundings }) => surroundingsOf(surroundings, 'ResourceQuota').flatMap(quota),
  },
  {
    name: 'kube-proxy',
    healthy: 'kube-proxy leaves ARP to Berth',
    needs: ['ConfigMap'],
    look: ({ surroundings }) => surroundingsOf(surroundings, 'ConfigMap').flatMap(proxyMode),
  },
  {
    name: 'network',
    healthy: 'the network of the nodes delivers what is announced',
    needs: ['Node'],
    look: networks,
  },
];

/** Workloads by name, wherever they run. */
const IMPLEMENTATIONS: readonly (readonly [RegExp, string])[] = [
  [/^metallb-system\/(controller|speaker)$|\/metallb-(controller|speaker)$/, 'MetalLB'],
  [/\/kube-vip(-ds|-cloud-provider)?$/, 'kube-vip'],
  [/\/lbnodeagent$|^purelb\//, 'PureLB'],
  [/\/openelb-(manager|controller|speaker)$/, 'OpenELB'],
  [/\/kube-loxilb$/, 'loxilb'],
  [/\/svclb-/, 'k3s ServiceLB'],
];

function implementation(workload: KubernetesObject): readonly Symptom[] {
  const key = `${workload.metadata.namespace ?? 'default'}/${workload.metadata.name}`;
  const found = IMPLEMENTATIONS.find(([pattern]) => pattern.test(key));
  const wanted = valueAt(workload, 'spec', 'replicas');
  if (found === undefined || wanted === 0) return [];
  return [symptom('warn', nameOf(workload), 'OtherImplementation', `it is of ${found[1]}`)];
}

const CLEANUP = 'service.kubernetes.io/load-balancer-cleanup';
/** How long a controller may take for its cleaning up, in milliseconds. */
const PATIENCE = 60_000;

function stuck(service: Service, now: Date | undefined): readonly Symptom[] {
  const { deletionTimestamp, finalizers = [], namespace = 'default', name } = service.metadata;
  if (deletionTimestamp === undefined || !finalizers.includes(CLEANUP)) return [];
  if (now !== undefined && now.getTime() - Date.parse(deletionTimestamp) < PATIENCE) return [];
  const left = JSON.stringify({ metadata: { finalizers: finalizers.filter((each) => each !== CLEANUP) } });
  const message = `waits since ${deletionTimestamp} for ${CLEANUP}: kubectl patch service ${name} -n ${namespace} --type=merge -p '${left}'`;
  return [symptom('fail', nameOf(service), 'StuckDeletion', message)];
}

function quota(object: KubernetesObject): readonly Symptom[] {
  const hard = valueAt(object, 'status', 'hard', 'services.loadbalancers');
  const used = valueAt(object, 'status', 'used', 'services.loadbalancers');
  if (hard === undefined || Number(used) < Number(hard)) return [];
  return [symptom('warn', nameOf(object), 'QuotaReached', `${String(used)} of ${String(hard)} are used`)];
}

function proxyMode(object: KubernetesObject): readonly Symptom[] {
  const { namespace, name } = object.metadata;
  if (namespace !== PROXY_CONFIG.namespace || name !== PROXY_CONFIG.name) return [];
  const text = String(valueAt(object, 'data', 'config.conf') ?? '');
  const isIpvs = /^\s*"?mode"?:\s*["']?ipvs["']?\s*,?\s*$/m.test(text);
  const isStrict = /^\s*"?strictARP"?:\s*true\s*,?\s*$/m.test(text);
  return isIpvs && !isStrict
    ? [symptom('fail', nameOf(object), 'StrictArpOff', 'mode is ipvs, and strictARP is not true')]
    : [];
}

/** What `spec.providerID` begins with, where ARP and NDP are answered by the provider. */
const CLOUDS: Readonly<Record<string, string>> = {
  aws: 'Amazon Web Services',
  azure: 'Azure',
  gce: 'Google Cloud',
  openstack: 'OpenStack, whose port security drops foreign addresses',
  digitalocean: 'DigitalOcean',
  hcloud: 'Hetzner Cloud',
};

function networks({ situation: { objects } }: Patient): readonly Symptom[] {
  const [node] = objects.nodes;
  if (node === undefined) return [];
  const provider = objects.nodes.map((each) => String(valueAt(each, 'spec', 'providerID') ?? '').split(':')[0] ?? '');
  const cloud = provider.find((each) => Object.hasOwn(CLOUDS, each));
  if (cloud !== undefined)
    return [symptom('warn', nameOf(node), 'UnfitNetwork', `its providerID says ${CLOUDS[cloud]}`)];
  if (!provider.includes('kind')) return [];
  return [symptom('warn', nameOf(node), 'VirtualNetwork', 'its providerID says kind')];
}
