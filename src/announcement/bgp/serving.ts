import type { Service } from '../../api/kubernetes/service.ts';
import { keyOf, keyText } from '../../api/object.ts';
import type { IPFamily } from '../../ip/family.ts';
import type { Bar } from '../bar.ts';
import { healthBar } from '../eligibility.ts';
import { type Endpoints, noLocalEndpoint } from '../endpoints.ts';
import type { LabelledNode } from '../nodes.ts';

/**
 * Why the state of a node keeps it from advertising. A node that is not Ready goes on: its kubelet is silent, and whether
 * traffic passes is for the sessions and BFD to say.
 */
export function nodeBar(node: LabelledNode, isShuttingDown: boolean): Bar | undefined {
  const bar = healthBar(node);
  if (bar?.reason === 'NodeNotReady') return undefined;
  return bar?.reason === 'NodeDraining' && isShuttingDown ? undefined : bar;
}

/**
 * Why the endpoints of a Service keep a node from advertising an address of the family. Where no endpoint serves anywhere
 * nobody advertises, as another site may; where nothing is known of endpoints every node does.
 */
export function endpointBar(
  service: Service,
  family: IPFamily,
  node: LabelledNode,
  endpoints: Endpoints,
): Bar | undefined {
  if (!endpoints.knows(service)) return undefined;
  const serving = endpoints.serving(service, family);
  if (serving === undefined) {
    const detail = `Service ${keyText(keyOf(service))} has no serving ${family} endpoint on any node: see that its selector matches Pods, and that these are ready`;
    return { reason: 'NoEndpoints', detail };
  }
  if (service.spec?.externalTrafficPolicy !== 'Local' || serving.byNode.has(node.name)) return undefined;
  return noLocalEndpoint(serving);
}
