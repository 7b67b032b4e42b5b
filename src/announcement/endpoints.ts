import { type Endpoint, type EndpointSlice, SERVICE_NAME_LABEL } from '../api/kubernetes/endpoint-slice.ts';
import type { Service } from '../api/kubernetes/service.ts';
import { type KubernetesObject, keyOf, keyText } from '../api/object.ts';
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

const FAMILIES: readonly IPFamily[] = ['IPv4', 'IPv6'];

/** The Service, as `namespace/name`, that a slice is a part of. */
export function servedBy({ metadata: { namespace, labels } }: KubernetesObject): string | undefined {
  const name = labels?.[SERVICE_NAME_LABEL];
  return name === undefined ? undefined : keyText({ namespace, name });
}

/** What of a slice a plan depends on: not the addresses of Pods. */
export function decisiveInSlice(slice: EndpointSlice): unknown {
  const endpoints = slice.endpoints?.map(({ nodeName, conditions }) => [nodeName, conditions]);
  return [servedBy(slice), slice.addressType, endpoints];
}

/** The endpoints of all Services, by Service. */
export class Endpoints {
  readonly #slices: Map<string, readonly EndpointSlice[]>;
  readonly #found = new Map<string, LocalEndpoints | undefined>();

  constructor(slices: Iterable<EndpointSlice>) {
    const byService = new Map<string, EndpointSlice[]>();
    for (const slice of slices) {
      const key = servedBy(slice);
      if (key === undefined) continue;
      const known = byService.get(key);
      if (known) known.push(slice);
      else byService.set(key, [slice]);
    }
    this.#slices = byService;
  }

  /** These are all slices of the Service (`namespace/name`) from now on. */
  replace(service: string, slices: readonly EndpointSlice[]): void {
    if (slices.length === 0) this.#slices.delete(service);
    else this.#slices.set(service, slices);
    for (const family of FAMILIES) this.#found.delete(`${service} ${family}`);
  }

  /**
   * What nodes have of a Service that only they themselves can forward to. Undefined where that does not matter: the
   * traffic policy is Cluster; nothing is known of endpoints (a directory store without kube-proxy); or no endpoint
   * serves anywhere, when every node refuses clients at once, which is better than silence.
   */
  needed(service: Service, family: IPFamily): LocalEndpoints | undefined {
    return service.spec?.externalTrafficPolicy === 'Local' ? this.serving(service, family) : undefined;
  }

  /** Whether anything is known of the Service's endpoints: also that there are none. */
  knows(service: Service): boolean {
    return this.#slices.has(keyText(keyOf(service)));
  }

  /** Where endpoints of the family serve; undefined where none does. */
  serving(service: Service, family: IPFamily): LocalEndpoints | undefined {
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
