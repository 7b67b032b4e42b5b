import type { Reason } from './reasons.ts';

/** What `explain` finds at a Service besides its conditions. */
export const SERVICE_FINDINGS = {
  NotLoadBalancer: {
    meaning: 'The Service does not ask for an external address: its type is not LoadBalancer.',
    remedy: 'Set spec.type: LoadBalancer, if it is to have one.',
  },
  OtherClass: {
    meaning: 'The Service asks another implementation: its loadBalancerClass is not the one that is served here.',
    remedy:
      'Name the class with --lb-class where a Berth serves it; to change it, delete and create the Service, as the field cannot be changed.',
  },
  ControllerDown: {
    meaning: 'No controller holds its Lease, so that nothing is decided or written.',
    remedy: 'See that berth controller runs and reaches the API server.',
  },
  StatusOutdated: {
    meaning: 'The status says something else than the rules say now.',
    remedy: 'Wait a few seconds; where it lasts, see the log of berth controller.',
  },
  OtherOwner: {
    meaning: 'Another implementation of LoadBalancer has left its mark on the Service.',
    remedy: 'Take that implementation away, or keep the two apart by spec.loadBalancerClass.',
  },
  NotObserved: {
    meaning: 'No controller of Berth has looked at the Service yet: it has no condition of ours.',
    remedy: 'See that berth controller runs, and whether it serves another class (--lb-class).',
  },
  NoEndpoints: {
    meaning: 'The Service has no serving endpoint on any node, so that clients are refused.',
    remedy: "See that the Service's selector matches pods, and that these are ready.",
  },
  AnnotationOverruled: {
    meaning:
      'Two spellings of one annotation say different things, and only the first counts: berth.dev, then metallb.io.',
    remedy: 'Keep one of the two.',
  },
  NotShared: {
    meaning: 'The Service has a sharing key, and shares its address with nobody.',
    remedy:
      'Where it is to share, make key, namespace, ports and externalTrafficPolicy fit what the message names, and name the address in both with the annotation berth.dev/loadBalancerIPs.',
  },
} as const satisfies Readonly<Record<string, Reason>>;

/** What `explain` finds at a node of which nothing else is to be told. */
export const NODE_FINDINGS = {
  Announcing: { meaning: 'Nothing keeps the node from announcing addresses.', remedy: null },
} as const satisfies Readonly<Record<string, Reason>>;

/** Why an Ingress shows no address, or not the one that it should. */
export const INGRESS_FINDINGS = {
  Shown: { meaning: 'The Ingress shows the address of the Service that stands for it.', remedy: null },
  NoClass: {
    meaning: 'The Ingress names no class, and there is no single default class: no controller need serve it.',
    remedy: 'Set spec.ingressClassName, or mark one IngressClass as the default.',
  },
  UnknownClass: {
    meaning: 'The Ingress names a class that does not exist.',
    remedy: 'Correct spec.ingressClassName, or create the IngressClass.',
  },
  InvalidReference: {
    meaning: 'The annotation berth.dev/service cannot be understood.',
    remedy: 'Write NAMESPACE/NAME of a Service.',
  },
  UnknownService: {
    meaning: 'The annotation berth.dev/service names a Service that does not exist.',
    remedy: 'Correct the annotation, or create the Service.',
  },
  UnknownController: {
    meaning: 'The class is served by a controller whose Service Berth cannot tell.',
    remedy: "Annotate the IngressClass with berth.dev/service: NAMESPACE/NAME of the controller's Service.",
  },
  NoController: {
    meaning: 'The class names a known controller, and no Service of type LoadBalancer of it exists.',
    remedy: 'Install the controller, or set the type of its Service to LoadBalancer.',
  },
  SeveralControllers: {
    meaning: 'Several Services may be the one of the controller, and nothing tells which.',
    remedy: 'Annotate the IngressClass with berth.dev/service: NAMESPACE/NAME of the right one.',
  },
  ServiceWithoutAddress: {
    meaning: 'The Service that stands for the Ingress has no address itself.',
    remedy: 'See what explain says of that Service.',
  },
  LeftToController: {
    meaning: 'The status is left to the ingress controller for the grace period.',
    remedy: 'Wait for 90 s, or annotate the Ingress with berth.dev/service to have it filled at once.',
  },
  Unwritten: {
    meaning: 'The status is empty though its Service has an address, and nobody has filled it.',
    remedy:
      'See that berth controller runs; an ingress controller fills it by itself where it is told its Service (ingress-nginx: --publish-service).',
  },
  NodeAddressShown: {
    meaning: 'The Ingress shows addresses of nodes: its controller publishes those, not the ones of its Service.',
    remedy: 'Tell the controller its Service: for ingress-nginx --publish-service=NAMESPACE/NAME.',
  },
  OtherServiceShown: {
    meaning: 'The Ingress shows the address of another Service: its controller publishes that one.',
    remedy: 'Make the two agree: correct --publish-service of the controller, or the annotation berth.dev/service.',
  },
  StaleAddress: {
    meaning: 'The Ingress shows an address that its Service does not have, nor any other.',
    remedy:
      'See that the controller that wrote it runs; where it is gone, clear the status, and Berth fills it after the grace period.',
  },
  SecondWriter: {
    meaning: 'Several writers have written the addresses in this status.',
    remedy: 'Keep one of them: take the annotation berth.dev/service away, or the publishing of the other.',
  },
} as const satisfies Readonly<Record<string, Reason>>;

/** See {@link INGRESS_FINDINGS}. */
export type IngressFinding = keyof typeof INGRESS_FINDINGS;

/** Why a Gateway shows no address, or not the one that it should. */
export const GATEWAY_FINDINGS = {
  Shown: { meaning: 'The Gateway shows the address of the Service that stands for it.', remedy: null },
  UnknownClass: {
    meaning: 'The Gateway names a class that does not exist.',
    remedy: 'Correct spec.gatewayClassName, or install the implementation that brings the GatewayClass.',
  },
  NotAccepted: {
    meaning: 'The implementation of the class does not accept the Gateway; the message is its own.',
    remedy: 'Mend what the message names, in the Gateway.',
  },
  NoService: {
    meaning: 'No Service stands for the Gateway, so that there is nothing to give an address to.',
    remedy: 'See that the implementation of the class runs, its log, and the conditions of the Gateway.',
  },
  SeveralServices: {
    meaning: 'Several Services may be the one of the Gateway, and nothing tells which.',
    remedy: 'Explain each of them: berth explain service.',
  },
  Unwritten: {
    meaning: 'The status shows no address though its Service has one, and its implementation has not written it.',
    remedy: 'See that the implementation of the class runs, and its log: it writes this status, Berth never does.',
  },
  StaleAddress: {
    meaning: 'The Gateway shows another address than its Service has.',
    remedy: 'See that the implementation of the class runs, and its log: it writes this status, Berth never does.',
  },
  NotProgrammed: {
    meaning: 'The implementation says that the Gateway is not in force; the message is its own.',
    remedy: 'Mend what the message names, or see the log of the implementation.',
  },
} as const satisfies Readonly<Record<string, Reason>>;

/** See {@link GATEWAY_FINDINGS}. */
export type GatewayFinding = keyof typeof GATEWAY_FINDINGS;

/** What may become of an address, and why. */
export const ADDRESS_FINDINGS = {
  Available: { meaning: 'The address is free, and the next Service that asks for it gets it.', remedy: null },
  Held: { meaning: 'A Service holds the address.', remedy: null },
  Shared: { meaning: 'Several Services hold the address together.', remedy: null },
  Retained: {
    meaning: 'A Service keeps the address though its pool no longer offers it; nobody else gets it.',
    remedy: 'Move the Service, or offer the address again.',
  },
  NotInAnyPool: { meaning: 'No pool lists the address.', remedy: 'Add it to a pool, if it is to be given out.' },
  PoolClosed: {
    meaning: 'The pool that lists the address gives out nothing at present.',
    remedy: 'See what explain says of the pool.',
  },
  Reserved: {
    meaning: 'The pool reserves the address: it is never given out.',
    remedy: 'Take it out of spec.reserved of the pool, if it is to be given out.',
  },
  Avoided: {
    meaning: 'The pool avoids addresses that end in .0 and .255.',
    remedy: 'Set spec.avoidBuggyIPs: false on the pool, if the clients can do with such addresses.',
  },
  NeverGiven: {
    meaning: 'The cluster uses the address itself: no pool gives it out.',
    remedy: 'Leave it out of the pool, or take it from the object that uses it.',
  },
  SpecialPurpose: {
    meaning: 'The address has a meaning of its own in every network, as loopback or multicast: no pool gives it out.',
    remedy: 'Leave it out of the pool, and ask for another.',
  },
} as const satisfies Readonly<Record<string, Reason>>;

/** See {@link ADDRESS_FINDINGS}. */
export type AddressFinding = keyof typeof ADDRESS_FINDINGS;
