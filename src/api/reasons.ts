/**
 * The reason codes that Berth publishes, each with its meaning. They are an interface to people and programs: tables
 * grow, a code is never renamed and never changes its meaning.
 */

/** Reasons of the condition `berth.dev/Allocated` of a Service. */
export const ALLOCATED_REASONS = {
  Allocated: 'The Service holds what it asked for.',
  KeptWhileRequestPending:
    'The Service asked for something else that cannot be given now, and keeps the address it has; the message names the inner reason.',
  Retained: 'The Service holds an address that its pool no longer offers.',
  NoPools: 'There is no pool, or none is Ready.',
  NoMatchingPool: 'Pools exist, and none may serve this Service: selectors, autoAssign or disabled keep it out.',
  PoolExhausted: 'Every pool that may serve the Service is full.',
  UnknownPool: 'The Service names a pool that does not exist.',
  PoolNotAllowed: 'The Service names a pool, or an address in one, that is not open to it.',
  AddressNotInAnyPool: 'The Service asks for an address that is in no pool.',
  AddressNotInRequestedPool: 'The Service asks for an address outside the pool that it names.',
  AddressInUse: 'The Service asks for an address that another Service holds and does not share.',
  AddressReserved: 'The Service asks for an address that is reserved, avoided or never given out.',
  AddressNotNamed:
    'Several nodes decide on copies of the same objects, so that only an address which the Service names can be given.',
  FamilyMismatch: "The family of the address or pool does not fit the Service's IP families.",
  DualStackUnavailable:
    'The Service requires dual stack, and no pool, or no pair of cluster IPs, can give both families.',
  InvalidRequest: 'An annotation of the Service cannot be understood.',
} as const satisfies Readonly<Record<string, string>>;

/** See {@link ALLOCATED_REASONS}. */
export type AllocatedReason = keyof typeof ALLOCATED_REASONS;

/** Reasons of the condition `berth.dev/Announced` of a Service. */
export const ANNOUNCED_REASONS = {
  Announced: 'Every address of the Service is on the wire as planned.',
  PartlyAnnounced: 'Some are announced (a family, a protocol, a peer); the message says which are not.',
  NoAddress: 'The Service has no address to announce.',
  NoAdvertisement: 'No advertisement covers the pool of the address.',
  NoEligibleNode: 'An advertisement covers the address, and no node may announce it; the message says why per node.',
  NoSpeaker: 'No speaker runs on any node that may announce the address.',
  NotYetAnnounced: 'A node is to announce the address, and its speaker has not reported yet that it does.',
  NoSession: 'No BGP session over which the address could be advertised is Established.',
  NoEndpoints: 'The Service has no endpoint that could answer.',
  AddressConflict: 'A machine that is none of ours answers for the address.',
  SpeakerSilent: 'The speaker that held the address has stopped reporting.',
} as const satisfies Readonly<Record<string, string>>;

/** See {@link ANNOUNCED_REASONS}. */
export type AnnouncedReason = keyof typeof ANNOUNCED_REASONS;

/** Why one pool did not serve one Service: what `plan` and `explain` say of each pool that was looked at in vain. */
export const PASSED_OVER_REASONS = {
  NotReady: 'The pool is not Ready.',
  Deleting: 'The pool is being deleted and gives out nothing.',
  Disabled: 'The pool is disabled: it gives out nothing new.',
  AutoAssignOff: 'The pool has autoAssign: false, and serves only Services that name it or one of its addresses.',
  NamespaceNotSelected: 'The serviceAllocation of the pool does not select the namespace of the Service.',
  ServiceNotSelected: 'The serviceAllocation of the pool does not select the labels of the Service.',
  FamilyMissing: 'The pool has no address of a family that the Service needs.',
  Full: 'The pool has no free address of a family that the Service needs.',
} as const satisfies Readonly<Record<string, string>>;

/** See {@link PASSED_OVER_REASONS}. */
export type PassedOverReason = keyof typeof PASSED_OVER_REASONS;

/** Reasons of the condition `Ready` of a pool. */
export const POOL_REASONS = {
  Ready: 'The pool gives out addresses as its spec says.',
  InvalidAddresses: 'An entry of addresses or reserved cannot be used; the message names each one.',
  OverlapsPool: 'The pool contains addresses of an older pool, and gives out nothing until one of the two is changed.',
  Deleting: 'The pool is being deleted, and waits for the Services that the message names.',
} as const satisfies Readonly<Record<string, string>>;

/** See {@link POOL_REASONS}. */
export type PoolReason = keyof typeof POOL_REASONS;

/** Reasons of the condition `Ready` of an advertisement, a peer or a profile. */
export const ADVERTISEMENT_REASONS = {
  Ready: 'The object is in force as its spec says.',
  UnknownPool: 'It names a pool that does not exist.',
  UnknownPeer: 'It names a BGP peer that does not exist.',
  UnknownProfile: 'It names a BFD profile that does not exist.',
  UnknownCommunity: 'It names a community that no Community object defines.',
  ConflictingAttributes: 'Another advertisement gives the same routes different attributes.',
  NotSupported: 'It asks for something that this version or this protocol cannot do; the message says what.',
  SecretMissing: 'The Secret that it names does not exist or lacks the key.',
  InUse: 'It is being deleted, and waits for the objects that the message names.',
} as const satisfies Readonly<Record<string, string>>;

/** Why a node does not announce an address: in `SpeakerStatus`, and in what `plan` and `explain` say. */
export const WITHHELD_REASONS = {
  NotOwner: 'Another node ranks before this one for the address.',
  NoAdvertisement: 'No advertisement covers the pool of the address.',
  NodeNotSelected: 'No advertisement of the pool selects this node.',
  ServiceNotSelected: 'No advertisement of the pool selects the Service.',
  InterfaceMissing: 'The node has none of the interfaces that the advertisement names.',
  InterfaceDown: 'The interface that would announce the address is down or has no carrier.',
  OffSubnet: 'The address is in no subnet of an interface of the node, and the advertisement says offSubnet: Skip.',
  InterfacesUnknown: 'The node has not reported its interfaces: no SpeakerStatus of it is known.',
  SpeakerSilent: "The node's speaker has stopped reporting.",
  NoLocalEndpoint: 'The Service says externalTrafficPolicy: Local, and the node has no serving endpoint.',
  NoEndpoints: 'The Service has no serving endpoint on any node.',
  NodeNotReady: 'The node is not Ready, which bars it from taking an address anew.',
  NodeNetworkUnavailable: 'The node says that its network is unavailable.',
  NodeExcluded: 'The node is labelled node.kubernetes.io/exclude-from-external-load-balancers, or is out of service.',
  NodeDraining: 'The node is being drained of addresses.',
  ProxyNotReady: 'kube-proxy on the node says that it is not healthy.',
  PeerNotSelected: 'The advertisement names other BGP peers.',
  SessionDown: 'The BGP session is not Established.',
  AddressConflict: 'A machine that is none of ours answers for the address on this network.',
  NotSupported: "This version cannot put the address on this node's wire.",
} as const satisfies Readonly<Record<string, string>>;

/** See {@link WITHHELD_REASONS}. */
export type WithheldReason = keyof typeof WITHHELD_REASONS;

/** The conditions on a Service of ours. */
export const ALLOCATED = 'berth.dev/Allocated';
/** See {@link ALLOCATED}. */
export const ANNOUNCED = 'berth.dev/Announced';
/** The condition on each object of ours that asks for something. */
export const READY = 'Ready';
