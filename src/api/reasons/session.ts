import type { Reason } from './reasons.ts';

/** What a BGP session ended of, or why it does not come up: `lastError.cause` in a SpeakerStatus. */
export const SESSION_CAUSES = {
  Refused: {
    meaning: 'The router refuses TCP connections: nothing listens on the port, or a firewall rejects them.',
    remedy:
      'On the router: switch BGP on, with this node as a neighbour, and let TCP port 179 (or spec.peerPort) pass.',
  },
  NoRoute: {
    meaning: 'The node has no route to the router, or the router does not answer on its link.',
    remedy:
      'Correct spec.peerAddress, or give the node a route; on the router: see that the interface has the address.',
  },
  NoAnswer: {
    meaning: 'The router does not answer: it is down, a firewall drops what is sent, or it wants a password.',
    remedy:
      'See that it can be pinged from the node, and firewalls on the way; where the router has a password, set spec.passwordSecret. A router that is more than one hop away needs spec.ebgpMultiHop.',
  },
  PasswordMismatch: {
    meaning: 'Segments arrived whose TCP MD5 signature is wrong, missing or unexpected: the kernel counted them.',
    remedy:
      'Set the same password on both sides: spec.passwordSecret of the BGPPeer, and for this neighbour on the router.',
  },
  TTLTooLow: {
    meaning: 'Packets arrived that had come from farther than spec.ttlSecurityHops allows: the kernel counted them.',
    remedy:
      'On the router: set TTL security (GTSM) for this neighbour, so that it sends with TTL 255; here: correct spec.ttlSecurityHops, or take it out.',
  },
  NobodyConnects: {
    meaning: 'The peer is passive, and the router has not connected to this node.',
    remedy:
      'On the router: see that this node is a neighbour, that the router connects by itself (is not passive too), and that TCP port 179 of the node lets it in. Or take spec.passive out.',
  },
  OtherAddressConnects: {
    meaning:
      'The peer is passive, and connections came from an address that no BGPPeer of this node has: they were refused.',
    remedy:
      'Set spec.peerAddress to the address that the router connects from, or on the router the source of its session (update-source) to spec.peerAddress.',
  },
  NotListening: {
    meaning: 'The peer is passive, and this node does not listen for it; the message says why.',
    remedy: 'Free TCP port 179 of the node, or take spec.passive out.',
  },
  SourceAddressMissing: {
    meaning: 'The node lacks the address that the session is to run from.',
    remedy: 'Correct spec.sourceAddress, or set it by node in spec.nodeOverrides.',
  },
  ConnectionClosed: {
    meaning: 'The router closed the connection without a word.',
    remedy:
      'On the router: see that it has this node as a neighbour, at the address that the session comes from (spec.sourceAddress chooses it), and what its log says.',
  },
  NoPassword: {
    meaning: 'The password of the peer is not there, so that no session is begun.',
    remedy: 'Create the Secret, or the file, that the message names, or do what it says.',
  },
  NoVRF: {
    meaning: 'The node does not have the VRF that the session is to be in, so that no session is begun.',
    remedy:
      'Make the VRF on the node (ip link add NAME type vrf table NUMBER), correct spec.vrf, or keep the node out by spec.nodeSelectors. A kernel that says "Unknown device type" has no VRFs.',
  },
  InterfaceDown: {
    meaning:
      'The interface that the peer is on is missing, down, or without an IPv6 link-local address; the message says which.',
    remedy: 'Bring the interface up, or correct spec.interface, by node in spec.nodeOverrides.',
  },
  NoNeighbour: {
    meaning: 'No router advertises itself on the interface of an unnumbered peer, so that its address is not known.',
    remedy:
      'On the router: configure the neighbour by its interface, so that it sends router advertisements there, and let ICMPv6 types 133 and 134 pass. Or name its link-local address in spec.peerAddress.',
  },
  SeveralNeighbours: {
    meaning:
      'Several routers advertise themselves on the interface of an unnumbered peer: which one is meant is not known.',
    remedy:
      'Name the link-local address of the router in spec.peerAddress, beside spec.interface; or stop the advertisements of the others.',
  },
  WrongAS: {
    meaning: 'One side expects another AS number than the other side has.',
    remedy:
      "Here: spec.peerASN is the router's AS number, spec.myASN (or localASN) ours. On the router: remote-as of this neighbour is ours.",
  },
  BadIdentifier: {
    meaning: 'Both sides have the same BGP Identifier, or one has none.',
    remedy: 'Set spec.routerID, by node in spec.nodeOverrides, or correct the router ID on the router.',
  },
  HoldTimeRefused: {
    meaning: 'One side does not accept the hold time of the other.',
    remedy: 'Set spec.holdTime of the BGPPeer and the hold time on the router to the same, of at least 3 s.',
  },
  CapabilityMissing: {
    meaning: 'The two sides have no address family in common, or one lacks a capability that the other demands.',
    remedy:
      'On the router: activate the families of this session for the neighbour. Here: spec.dualStackAddressFamily adds the other one.',
  },
  Collision: {
    meaning: 'Both sides connected at once, and the router closed this connection in favour of the other one.',
    remedy: 'Nothing, where the session comes up. Where this lasts, set spec.passive, or make the router passive.',
  },
  HoldTimerExpired: {
    meaning: 'Nothing was heard from the other side for the hold time.',
    remedy: 'See whether packets are lost on the way, and whether the other side is overloaded.',
  },
  SendHoldTimerExpired: {
    meaning: 'The other side took nothing off the connection for the send hold time (RFC 9687).',
    remedy: 'See what keeps the router from reading: its log, its load, and the MTU of the path.',
  },
  BFDDown: {
    meaning: 'BFD says that the other side is gone.',
    remedy: 'See the link and its load; where both are well, raise the intervals of the BFDProfile.',
  },
  PrefixLimit: {
    meaning: 'The router has taken more prefixes than it allows this neighbour.',
    remedy:
      'On the router: raise the limit (maximum-prefix) and clear the session. Here: spec.aggregationLength of the advertisement.',
  },
  Shutdown: {
    meaning: 'Somebody has shut the session down on the router.',
    remedy: 'On the router: switch the neighbour on again.',
  },
  Unconfigured: {
    meaning: 'The router does not have this neighbour, or has it no longer.',
    remedy: 'On the router: add this node as a neighbour; berth router-config prints how.',
  },
  Reset: {
    meaning:
      'The session was reset by one of the sides, as after a change of its configuration. It comes back by itself.',
    remedy: null,
  },
  SpeakerStopped: {
    meaning: 'The speaker of the node was stopped.',
    remedy: 'Start berth speaker on the node.',
  },
  ProtocolError: {
    meaning: 'One side took a message of the other for malformed or out of order.',
    remedy: 'Report it with the message, and the make and version of the router.',
  },
} as const satisfies Readonly<Record<string, Reason>>;

/** See {@link SESSION_CAUSES}. */
export type SessionCause = keyof typeof SESSION_CAUSES;

/** What else `explain` finds at a BGPPeer. */
export const PEER_FINDINGS = {
  Established: { meaning: 'The session is Established.', remedy: null },
  Connecting: {
    meaning: 'The session is not Established yet, and nothing is known to be wrong.',
    remedy: 'Wait for some seconds; where it lasts, see the log of berth speaker on the node, and that of the router.',
  },
  NoNode: {
    meaning: 'No node has a session with the peer.',
    remedy: 'Let spec.nodeSelectors match nodes, or mend what the message names.',
  },
  Barred: {
    meaning: 'The node cannot have a session with the peer.',
    remedy: 'Mend what the message names.',
  },
  NotReported: {
    meaning: 'The speaker of the node has not reported a session with the peer.',
    remedy: 'See that berth speaker runs on the node and reaches the API server.',
  },
  SpeakerSilent: {
    meaning: "The node's speaker has stopped reporting: the session is as it was last seen.",
    remedy: 'See that berth speaker runs on the node and reaches the API server.',
  },
  NotAdjacent: {
    meaning:
      'The router is in no subnet of the node, and the session is one over a single hop: packets leave with TTL 1 and do not arrive.',
    remedy: 'Set spec.ebgpMultiHop (and multihop on the router), or correct spec.peerAddress.',
  },
  NoBFD: {
    meaning: 'The BGP session is Established, and the BFD session that is to guard it is not Up.',
    remedy:
      'On the router: switch BFD on for this neighbour, and let UDP ports 3784 and 4784 pass. A router without BFD needs a peer without bfdProfile.',
  },
  NoRoutes: {
    meaning: 'The session is Established, and nothing is advertised over it.',
    remedy:
      'See that a BGPAdvertisement names the peer or none, and that Services hold addresses: berth explain service.',
  },
} as const satisfies Readonly<Record<string, Reason>>;
