import { type Endpoint, type EndpointSlice, SERVICE_NAME_LABEL } from '../api/kubernetes/endpoint-slice.ts';
import type { Service } from '../api/kubernetes/service.ts';
import { keyOf, keyText } from '../api/object.ts';
import type { IPFamily } from '../ip/family.ts';
import type { LocalEndpoint } from './announcement-plan.ts';
import type { Bar } from './bar.ts';
import { compareText } from './rank.ts';

/** Where one Service has serving endpoints of one family. */
export interface LocalEndpoints {
  readonly service: string;
  /** The best on each node that has one. Empty where all endpoints say no node, as in slices written by hand. */
  readonly byNode: ReadonlyMap<string, LocalEndpoint>;
}

/** The endpoints of all Services, by Service. */
export class Endpoints {
  readonly #slices = new Map<string, EndpointSlice[]>();
  readonly #found = new Map<string, LocalEndpoints | undefined>();

  constructor(slices: readonly EndpointSlice[]) {
    for (const slice of slices) {
      const name = slice.metadata.labels?.[SERVICE_NAME_LABEL];
      if (name === undefined) continue;
      const key = keyText({ namespace: slice.metadata.namespace, name });
      const known = this.#slices.get(key);
      if (known) known.push(slice);
      else this.#slices.set(key, [slice]);
    }
  }

  /**
   * What nodes have of a Service that only they themselves can forward to. Undefined where that does not matter: the
   * traffic policy is Cluster; nothing is known of endpoints (a directory store without kube-proxy); or no endpoint
   * serves anywhere, when every node refuses clients at once, which is better than silence.
   */
  needed(service: Service, family: IPFamily): LocalEndpoints | undefined {
    if (service.spec?.externalTrafficPolicy !== 'Local') return undefined;
    const key = keyText(keyOf(service));
    const cacheKey = `${key} ${family}`;
    if (!this.#found.has(cacheKey)) this.#found.set(cacheKey, this.#find(key, family));
    return this.#found.get(cacheKey);
  }

  /** Whether any endpoint of the Service serves; undefined where nothing is known of its endpoints. */
  serves(service: Service): boolean | undefined {
    const endpoints = this.#slices.get(keyText(keyOf(service)))?.flatMap((slice) => slice.endpoints ?? []);
    return endpoints?.some((endpoint) => stateOf(endpoint) !== 'Missing');
  }

  #find(service: string, family: IPFamily): LocalEndpoints | undefined {
    const byNode = new Map<string, LocalEndpoint>();
    let serving = false;
    for (const slice of this.#slices.get(service) ?? []) {
      if ((slice.addressType ?? family) !== family) continue;
      for (const endpoint of slice.endpoints ?? []) {
        const state = stateOf(endpoint);
        if (state === 'Missing') continue;
        serving = true;
        const { nodeName } = endpoint;
        if (nodeName !== undefined && byNode.get(nodeName) !== 'Ready') byNode.set(nodeName, state);
      }
    }
    return serving ? { service, byNode } : undefined;
  }
}

/** An absent `ready` is true and an absent `serving` is as `ready` (discovery.k8s.io/v1 `EndpointConditions`). */
function stateOf({ conditions }: Endpoint): LocalEndpoint {
  const ready = conditions?.ready ?? true;
  if (ready) return 'Ready';
  return conditions?.serving ? 'Terminating' : 'Missing';
}

/** Why a node without a serving endpoint of its own does not announce the Service; one bar for all such nodes. */
export function noLocalEndpoint({ service, byNode }: LocalEndpoints): Bar {
  const nodes = [...byNode.keys()].sort(compareText);
  const serving =
    nodes.length > 3 ? `${nodes.slice(0, 3).join(', ')} and ${nodes.length - 3} more nodes` : nodes.join(', ');
  const where =
    nodes.length > 0
      ? `its serving endpoints are on ${serving}`
      : 'its serving endpoints say no nodeName, which Local needs';
  const detail =
    `Service ${service} has externalTrafficPolicy Local and no serving endpoint on this node (${where}): run a Pod ` +
    'there, or set externalTrafficPolicy: Cluster';
  return { reason: 'NoLocalEndpoint', detail };
}
