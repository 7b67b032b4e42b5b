import { type Node, NodeKind } from '../../src/api/kubernetes/node.ts';
import { mustParse } from '../../src/api/schema/define-kind.ts';
import { type SpeakerStatus, SpeakerStatusKind } from '../../src/api/speaker-status.ts';
import type { RouterSide } from '../../src/router-config/router-side.ts';
import { type RouterChoices, type RoutersInput, routersOf } from '../../src/router-config/routers.ts';
import { objects } from '../announcement/bgp/objects.ts';

/** A Node with these internal addresses. */
export function node(name: string, addresses: readonly string[] = [], labels: Readonly<Record<string, string>> = {}) {
  const status = { addresses: addresses.map((address) => ({ type: 'InternalIP', address })) };
  return mustParse(NodeKind, { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, status }) as Node;
}

/** What the speaker of a node reports of its only interface. */
export function speaker(name: string, addresses: readonly string[]): SpeakerStatus {
  const eth0 = { name: 'eth0', mac: '02:00:00:00:00:11', up: true, addresses, gateways: [] };
  return mustParse(SpeakerStatusKind, {
    apiVersion: 'berth.dev/v1beta1',
    kind: 'SpeakerStatus',
    metadata: { name },
    status: { interfaces: [eth0] },
  });
}

/** Two nodes beside the router 192.0.2.1 and 2001:db8::1, one peer, one pool of each family; or what is given. */
export function input(given: Partial<RoutersInput> = {}): RoutersInput {
  return {
    ...objects(),
    nodes: [],
    speakers: [
      speaker('n1', ['192.0.2.11/24', '2001:db8::11/64']),
      speaker('n2', ['192.0.2.12/24', '2001:db8::12/64']),
    ],
    ...given,
  };
}

/** The only router of the peer `tor`. */
export function router(given: Partial<RoutersInput> = {}, choices: RouterChoices = {}): RouterSide {
  const { routers } = routersOf('tor', input(given), choices);
  const [only, ...others] = routers;
  if (only === undefined || others.length > 0) throw new Error(`${routers.length} routers`);
  return only;
}
