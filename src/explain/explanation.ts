import type { PoolReport } from '../allocator/pool-report.ts';
import type { PassedOverReason } from '../api/reasons/reasons.ts';
import type { ComparedCondition } from './compared-condition.ts';
import type { ControllerLife } from './controller-life.ts';
import type { Finding } from './finding.ts';
import type { NodeDetails } from './node-details.ts';
import type { ExplainedSession } from './peer-session.ts';
import type { ExplainedAnnouncement } from './service-announcements.ts';
import type { ConsideredPool } from './service-pools.ts';
import type { ExplainedRoute } from './service-routes.ts';
import type { Unread } from './situation.ts';
import type { StatusWriter } from './status-writers.ts';
import type { WithheldBy } from './withheld-address.ts';

/** The output of `berth explain -o json`. Members may be added; none changes its meaning. */
export interface Explanation {
  readonly apiVersion: 'berth.dev/v1beta1';
  readonly kind: 'Explanation';
  readonly object: ExplainedObject;
  /** What matters most: all is well, or the first thing to mend. */
  readonly summary: Finding;
  /** Whatever else is to be known, most serious first. */
  readonly findings: readonly Finding[];
  /** What could not be looked at, so that nothing is said of it. */
  readonly notChecked: readonly Unread[];
  /** One of these, by the kind of the object; a Gateway has that of its Service besides. */
  readonly service?: ServiceDetails;
  readonly pool?: PoolDetails;
  readonly ingress?: IngressDetails;
  readonly address?: AddressDetails;
  readonly peer?: PeerDetails;
  readonly node?: NodeDetails;
  readonly gateway?: GatewayDetails;
}

/** What is explained. An address has the kind `Address`. */
export interface ExplainedObject {
  readonly kind: 'Service' | 'IPAddressPool' | 'Ingress' | 'Address' | 'BGPPeer' | 'Node' | 'Gateway';
  readonly namespace: string | null;
  readonly name: string;
}

/** What is explained of a Service. */
export interface ServiceDetails {
  readonly request: ServiceRequest;
  /** The addresses in its status. */
  readonly holds: readonly HeldByService[];
  /** What it holds by the rules: that of its status, once the controller has written it. */
  readonly decided: { readonly addresses: readonly string[]; readonly pool: string | null };
  /** Whether somebody decides and writes. */
  readonly controller: ControllerLife;
  /** In the order tried. Empty for a Service that is not ours. */
  readonly pools: readonly ConsideredPool[];
  /** `berth.dev/Allocated` and `berth.dev/Announced`. Empty for a Service that is not ours. */
  readonly conditions: readonly ComparedCondition[];
  readonly announcements: readonly ExplainedAnnouncement[];
  /** Over BGP. */
  readonly routes: readonly ExplainedRoute[];
}

/** What a Service asks for. */
export interface ServiceRequest {
  readonly type: string;
  readonly loadBalancerClass: string | null;
  readonly families: readonly string[];
  readonly ipFamilyPolicy: string;
  readonly pool: string | null;
  readonly addresses: readonly string[];
  readonly sharingKey: string | null;
}

/** An address that a Service holds by its status. */
export interface HeldByService {
  readonly address: string;
  /** The other Services that hold it. */
  readonly sharedWith: readonly string[];
}

/** What is explained of a pool. */
export interface PoolDetails {
  readonly ready: ComparedCondition;
  /** By the rules now; the counters of `status` are these, once the controller has written them. */
  readonly counters: PoolCounters;
  /** Its place in the order in which pools are tried, from 1; null for one that is not Ready. */
  readonly order: number | null;
  readonly addresses: readonly string[];
  readonly reserved: readonly string[];
  readonly serves: PoolAudience;
  /** Every Service that holds addresses from it. */
  readonly holders: readonly { readonly service: string; readonly addresses: readonly string[] }[];
  /** Addresses that it no longer offers and that their holders keep. */
  readonly retained: PoolReport['retained'];
  /** Services that wait for an address, and why this pool gives them none. */
  readonly waiting: readonly { readonly service: string; readonly reason: PassedOverReason | null }[];
  /** The advertisements that cover it. */
  readonly advertisements: readonly string[];
}

/** Who may have an address of a pool. */
export interface PoolAudience {
  /** Whether Services that do not name it may. */
  readonly autoAssign: boolean;
  readonly disabled: boolean;
  /** For people. */
  readonly namespaces: string;
  /** For people. */
  readonly labels: string;
  /** How far a sharing key reaches. */
  readonly sharing: 'Namespace' | 'Cluster';
  readonly reclaimPolicy: 'Retain' | 'Evict';
}

/** How many addresses a pool has of each family, as in its status. */
export type PoolCounters = Pick<
  PoolReport,
  'totalIPv4' | 'assignedIPv4' | 'availableIPv4' | 'totalIPv6' | 'assignedIPv6' | 'availableIPv6'
>;

/** What is explained of an Ingress. */
export interface IngressDetails {
  /** The class that it names, or the default class. Null where there is neither. */
  readonly class: { readonly name: string; readonly controller: string | null; readonly exists: boolean } | null;
  /** The Service that stands for it. */
  readonly service: IngressService | null;
  /** The Services among which nothing tells which one it is. */
  readonly candidates: readonly string[];
  /** The addresses and names in its status. */
  readonly shows: readonly string[];
  /** Who wrote them, where the object was read with `managedFields`. */
  readonly writers: readonly StatusWriter[];
}

/** The Service that stands for an Ingress. */
export interface IngressService {
  /** `namespace/name`. */
  readonly service: string;
  /** The annotation `berth.dev/service` of the Ingress or its class, or the table of known ingress controllers. */
  readonly by: 'Annotation' | 'Table';
  readonly exists: boolean;
  /** The addresses and names in its status. */
  readonly shows: readonly string[];
}

/** What is explained of a Gateway. */
export interface GatewayDetails {
  readonly class: { readonly name: string | null; readonly controller: string | null; readonly exists: boolean };
  /** The addresses and names that `spec.addresses` asks for. */
  readonly asksFor: readonly string[];
  /** The Service that stands for it. */
  readonly service: GatewayService | null;
  /** The Services among which nothing tells which one it is. */
  readonly candidates: readonly string[];
  /** The addresses and names in its status. */
  readonly shows: readonly string[];
  /** Its conditions, as the implementation wrote them. */
  readonly conditions: readonly GatewayCondition[];
}

/** The Service that stands for a Gateway. */
export interface GatewayService {
  /** `namespace/name`. */
  readonly service: string;
  /** A label that the implementation set, a host name in `spec.addresses`, or the table of known implementations. */
  readonly by: 'Label' | 'Hostname' | 'Table';
  /** The addresses and names in its status. */
  readonly shows: readonly string[];
}

/** A condition of a Gateway. */
export interface GatewayCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string | null;
  readonly message: string | null;
}

/** What is explained of an address. */
export interface AddressDetails {
  /** The pools that list it, that which decides first. */
  readonly pools: readonly ListingPool[];
  /** The Services that hold it by the rules: ours, or, where none of ours does, those of other classes that show it. */
  readonly holders: readonly string[];
  /** Services whose status shows it though others hold it by the rules. */
  readonly shownBy: readonly string[];
  /** What keeps it from being given out. */
  readonly withheldBy: readonly WithheldBy[];
  /** Whether the next Service that names it, and that its pool serves, would get it. */
  readonly wouldBeGiven: boolean;
  /** Whether a Service that names neither it nor its pool could get it too. */
  readonly isAutoAssigned: boolean;
  readonly announcements: readonly ExplainedAnnouncement[];
  /** Over BGP. */
  readonly routes: readonly ExplainedRoute[];
}

/** A pool that lists an address. */
export interface ListingPool {
  readonly pool: string;
  readonly ready: boolean;
  /** Why it gives out nothing; null for one that does. */
  readonly message: string | null;
}

/** What is explained of a BGPPeer. */
export interface PeerDetails {
  readonly ready: ComparedCondition;
  /** Where the router is: its address, or the interface of the nodes that it is on. */
  readonly router: string;
  readonly routerAS: number | 'internal' | 'external';
  readonly bfdProfile: string | null;
  /** Whether routes outlive a restart of a speaker. */
  readonly isGraceful: boolean;
  /** The BGPAdvertisements that are told to it. */
  readonly advertisements: readonly string[];
  /** Of every node that it selects, by name. */
  readonly sessions: readonly ExplainedSession[];
}
