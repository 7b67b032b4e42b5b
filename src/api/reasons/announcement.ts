import type { ConditionReason, Reason } from './reasons.ts';

/** Reasons of the condition `berth.dev/Announced` of a Service. */
export const ANNOUNCED_REASONS = {
  Announced: {
    status: 'True',
    event: 'Normal',
    meaning: 'Every address of the Service is on the wire as planned.',
    remedy: null,
  },
  PartlyAnnounced: {
    status: 'True',
    event: 'Normal',
    meaning: 'Some are announced (a family, a protocol, a peer); the message says which are not.',
    remedy: 'Do for the others what the message names.',
  },
  NoAddress: {
    status: 'False',
    event: null,
    meaning: 'The Service has no address to announce.',
    remedy: 'See the condition berth.dev/Allocated.',
  },
  NoAdvertisement: {
    status: 'False',
    event: 'Warning',
    meaning: 'No advertisement covers the pool of the address.',
    remedy: 'Create an L2Advertisement with an empty spec, or name the pool in one that exists.',
  },
  NoEligibleNode: {
    status: 'False',
    event: 'Warning',
    meaning: 'An advertisement covers the address, and no node may announce it; the message says why per node.',
    remedy: 'Remove what the message names for one of the nodes.',
  },
  NoSpeaker: {
    status: 'False',
    event: 'Warning',
    meaning: 'No speaker runs on any node that may announce the address.',
    remedy: 'Run berth speaker on those nodes.',
  },
  NotYetAnnounced: {
    status: 'False',
    event: null,
    meaning: 'A node is to announce the address, and its speaker has not reported yet that it does.',
    remedy: 'Wait a few seconds, then see the log of berth speaker on that node.',
  },
  NoSession: {
    status: 'False',
    event: 'Warning',
    meaning: 'No BGP session over which the address could be advertised is Established.',
    remedy: 'See the sessions in the SpeakerStatus of the nodes, and the other side.',
  },
  NoEndpoints: {
    status: 'False',
    event: 'Warning',
    meaning: 'The Service has no endpoint that could answer.',
    remedy: "See that the Service's selector matches pods, and that these are ready.",
  },
  AddressConflict: {
    status: 'False',
    event: 'Warning',
    meaning: 'A machine that is none of ours answers for the address.',
    remedy: 'Take the address from that machine, or put it into spec.reserved of the pool.',
  },
  SpeakerSilent: {
    status: 'Unknown',
    event: 'Warning',
    meaning: 'The speaker that held the address has stopped reporting.',
    remedy: 'See that berth speaker runs on that node and reaches the API server.',
  },
  NotListed: {
    status: 'Unknown',
    event: null,
    meaning: 'A node that may announce the address answers for more addresses than its SpeakerStatus can list.',
    remedy: 'Let more nodes announce, or ask the network with berth probe.',
  },
} as const satisfies Readonly<Record<string, ConditionReason>>;

/** See {@link ANNOUNCED_REASONS}. */
export type AnnouncedReason = keyof typeof ANNOUNCED_REASONS;

/** Reasons of the condition `Ready` of an advertisement, a peer or a profile. */
export const ADVERTISEMENT_REASONS = {
  Ready: { meaning: 'The object is in force as its spec says.', remedy: null },
  UnknownPool: {
    meaning: 'It names a pool that does not exist.',
    remedy: 'Correct the name, or create the pool.',
  },
  UnknownPeer: {
    meaning: 'It names a BGP peer that does not exist.',
    remedy: 'Correct the name, or create the BGPPeer.',
  },
  UnknownProfile: {
    meaning: 'It names a BFD profile that does not exist.',
    remedy: 'Correct the name, or create the BFDProfile.',
  },
  UnknownCommunity: {
    meaning: 'It names a community that no Community object defines.',
    remedy: 'Correct the name, or define it in a Community.',
  },
  ConflictingAttributes: {
    meaning:
      'An older object says otherwise of the same routes, the same peer or the same name, and counts; the message says which.',
    remedy: 'Make the two agree, or let them be about different pools, peers or names.',
  },
  NotSupported: {
    meaning: 'It asks for something that this version or this protocol cannot do; the message says what.',
    remedy: 'Take that field out.',
  },
  SecretMissing: {
    meaning: 'The Secret that it names does not exist or lacks the key.',
    remedy: 'Create the Secret with the key that the message names.',
  },
  InUse: {
    meaning: 'It is being deleted, and stays in force until the objects that the message lists name it no more.',
    remedy: 'Name another one in those objects, or none, or delete them.',
  },
} as const satisfies Readonly<Record<string, Reason>>;

/** Why a node does not announce an address: in `SpeakerStatus`, and in what `plan` and `explain` say. */
export const WITHHELD_REASONS = {
  NotOwner: { meaning: 'Another node ranks before this one for the address.', remedy: null },
  NoAdvertisement: {
    meaning: 'No advertisement covers the pool of the address.',
    remedy: 'Create an L2Advertisement with an empty spec, or name the pool in one that exists.',
  },
  NodeNotSelected: {
    meaning: 'No advertisement of the pool selects this node.',
    remedy: 'Label the node, or add a nodeSelector, if the node is to announce.',
  },
  ServiceNotSelected: {
    meaning: 'No advertisement of the pool selects the Service.',
    remedy: 'Label the Service, or add a serviceSelector to the advertisement.',
  },
  InterfaceMissing: {
    meaning: 'The node has none of the interfaces that the advertisement names.',
    remedy: "Correct spec.interfaces of the advertisement: the SpeakerStatus of the node lists the node's.",
  },
  InterfaceDown: {
    meaning: 'The interface that would announce the address is down or has no carrier.',
    remedy: 'Bring the interface up, and see its cable.',
  },
  OffSubnet: {
    meaning: 'The address is in no subnet of an interface of the node, and the advertisement says offSubnet: Skip.',
    remedy: 'Use addresses of a subnet of the nodes, or set offSubnet: Announce where routers know the way.',
  },
  InterfacesUnknown: {
    meaning: 'The node has not reported its interfaces: no SpeakerStatus of it is known.',
    remedy: 'Run berth speaker on the node.',
  },
  SpeakerSilent: {
    meaning: "The node's speaker has stopped reporting.",
    remedy: 'See that berth speaker runs on the node and reaches the API server.',
  },
  NoLocalEndpoint: {
    meaning: 'The Service says externalTrafficPolicy: Local, and the node has no serving endpoint.',
    remedy: 'Run a ready pod of the Service there, or set externalTrafficPolicy: Cluster.',
  },
  NoEndpoints: {
    meaning: 'The Service has no serving endpoint on any node.',
    remedy: "See that the Service's selector matches pods, and that these are ready.",
  },
  NodeNotReady: {
    meaning: 'The node is not Ready, which bars it from taking an address anew.',
    remedy: "See the node's kubelet.",
  },
  NodeNetworkUnavailable: {
    meaning: 'The node says that its network is unavailable.',
    remedy: 'See the network plug-in of the cluster on that node.',
  },
  NodeExcluded: {
    meaning: 'The node is labelled node.kubernetes.io/exclude-from-external-load-balancers, or is out of service.',
    remedy: 'Take the label or the taint away, if the node is to announce.',
  },
  NodeDraining: {
    meaning: 'The node is being drained of addresses.',
    remedy: 'Take the annotation berth.dev/drain away when the node is to come back.',
  },
  ProxyNotReady: {
    meaning: 'kube-proxy on the node says that it is not healthy.',
    remedy: 'See kube-proxy on the node.',
  },
  PeerNotSelected: {
    meaning: 'The advertisement names other BGP peers.',
    remedy: 'Add the peer to spec.peers of the advertisement, if it is to hear of the address.',
  },
  NoPeer: {
    meaning: 'No BGPPeer is for the node, or none that can have a session.',
    remedy: 'Create a BGPPeer whose nodeSelectors match the node, or mend the one that the message names.',
  },
  FamilyNotCarried: {
    meaning: "The BGP session does not carry routes of the address's family.",
    remedy: 'Set spec.dualStackAddressFamily of the BGPPeer, or add a peer at an address of that family.',
  },
  FamilyNotNegotiated: {
    meaning: "The router did not offer to carry routes of the address's family over the BGP session.",
    remedy: 'On the router: activate the family for this neighbour; berth router-config prints how.',
  },
  NoNextHop: {
    meaning: "The node has no address of the address's family for routes over the BGP session to lead to.",
    remedy:
      'Give the interface that the session runs over an address of that family; it is used as soon as it is there.',
  },
  AttributesTooLong: {
    meaning: 'The attributes of the route do not fit a BGP message, so that the peer is not told of it.',
    remedy: 'Take communities out of the BGPAdvertisements that make the route: they add up.',
  },
  SessionDown: {
    meaning: 'The BGP session is not Established.',
    remedy: 'See the last error of the session in the SpeakerStatus of the node.',
  },
  MovedTooOften: {
    meaning:
      'The node is to give the address up and still answers for it: it has moved four times within 180 s, and EVPN fabrics freeze an address at five.',
    remedy: 'Wait up to 180 s, or stop the speaker of the node: then its addresses move at once.',
  },
  AddressConflict: {
    meaning: 'A machine that is none of ours answers for the address on this network.',
    remedy: 'Take the address from that machine, or put it into spec.reserved of the pool.',
  },
} as const satisfies Readonly<Record<string, Reason>>;

/** See {@link WITHHELD_REASONS}. */
export type WithheldReason = keyof typeof WITHHELD_REASONS;

/** Undefined for a code of another version. */
export function findWithheldReason(code: string): Reason | undefined {
  return Object.hasOwn(WITHHELD_REASONS, code) ? WITHHELD_REASONS[code as WithheldReason] : undefined;
}
