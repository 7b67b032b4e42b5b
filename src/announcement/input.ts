import type { EndpointSlice } from '../api/kubernetes/endpoint-slice.ts';
import type { Node } from '../api/kubernetes/node.ts';
import type { Service } from '../api/kubernetes/service.ts';
import type { L2Advertisement } from '../api/l2-advertisement.ts';
import type { ObjectMeta } from '../api/object.ts';
import type { SpeakerStatus } from '../api/speaker-status.ts';
import type { Bar } from './bar.ts';

/** Everything that decides who announces what. The order of the lists does not matter. */
export interface AnnouncementInput {
  /** The Services of ours that hold an address. */
  readonly services: readonly AnnouncedService[];
  readonly advertisements: readonly L2Advertisement[];
  /** The names of all pools, so that a message can tell where an advertisement names none of them. */
  readonly pools?: readonly string[] | undefined;
  /** What each node's speaker reports: where the node is attached, and which addresses it owns at present. */
  readonly speakers: readonly SpeakerStatus[];
  /** A directory store may have none: then every node that has a SpeakerStatus is known, without labels of its own. */
  readonly nodes: readonly Node[];
  /** The slices of all Services. A Service without any is taken to be served by every node for itself. */
  readonly endpointSlices: readonly EndpointSlice[];
  /** The nodes whose speaker is alive; undefined stands for every node that has a SpeakerStatus. */
  readonly alive?: ReadonlySet<string> | undefined;
  /** What keeps a node from announcing anything that no object says, by node. */
  readonly bars?: ReadonlyMap<string, Bar> | undefined;
  /** What keeps a node from announcing one Service that no object says: by Service, as `namespace/name`, and node. */
  readonly failing?: ReadonlyMap<string, ReadonlyMap<string, Bar>> | undefined;
}

/** A Service and the addresses that it holds. */
export interface AnnouncedService {
  readonly service: Service;
  readonly addresses: readonly HeldAddress[];
}

/** One address that a Service holds. */
export interface HeldAddress {
  /** In any text form; the plan has it in the form of RFC 5952. */
  readonly address: string;
  /**
   * The metadata of the pool that the address comes from, also where the pool no longer offers it. Undefined when no
   * pool is known: then only an advertisement for all pools covers the address.
   */
  readonly pool?: Pick<ObjectMeta, 'name' | 'labels'> | undefined;
}
