import { coversPool } from '../announcement/advertisements.ts';
import { bgpFaults } from '../announcement/bgp/advertisement-faults.ts';
import { labelledNode } from '../announcement/nodes.ts';
import { type LabelSelector, matchesAnySelector } from '../api/fields/label-selector.ts';
import type { KubernetesObject } from '../api/object.ts';
import { ADVERTISEMENT_REASONS, WITHHELD_REASONS } from '../api/reasons/announcement.ts';
import { announcedServices } from '../explain/configuration.ts';
import { type Check, nameOf, type Patient, type Symptom, symptom } from './check.ts';
import { surroundingsOf, valueAt } from './surroundings.ts';

/** Whether advertisements and peers say what they are meant to say, and sessions stand. */
export const ROUTING_CHECKS: readonly Check[] = [
  {
    name: 'advertisement',
    healthy: 'every advertisement and peer selects something',
    needs: ['L2Advertisement', 'BGPAdvertisement', 'BGPPeer', 'IPAddressPool', 'Node', 'Service'],
    look: selections,
  },
  {
    name: 'bgp-object',
    healthy: 'no object for BGP is at fault',
    needs: ['BGPAdvertisement', 'BGPPeer', 'BFDProfile', 'Community', 'IPAddressPool', 'Node'],
    look: bgpObjects,
  },
  { name: 'session', healthy: 'every BGP session is Established', needs: ['SpeakerStatus'], look: sessions },
  {
    name: 'bouncing',
    healthy: 'no traffic bounces between a node and its routers',
    needs: ['SpeakerStatus'],
    look: bouncing,
  },
  { name: 'router', healthy: 'no other BGP speaker has the same router', needs: ['BGPPeer'], look: rivals },
];

interface Selecting extends KubernetesObject {
  readonly spec: {
    readonly ipAddressPools?: readonly string[] | undefined;
    readonly nodeSelectors?: readonly LabelSelector[] | undefined;
    readonly serviceSelectors?: readonly LabelSelector[] | undefined;
    readonly interfaces?: readonly string[] | undefined;
  };
}

function selections({ situation: { objects } }: Patient): readonly Symptom[] {
  const { advertisements, routeAdvertisements, peers, pools, nodes, services, speakers } = objects;
  const asking = services.filter(({ spec }) => spec?.type === 'LoadBalancer');
  const links = new Set(speakers.flatMap(({ status }) => (status?.interfaces ?? []).map(({ name }) => name)));
  const fault = (object: KubernetesObject, message: string) =>
    symptom('warn', nameOf(object), 'SelectsNothing', message);
  const misses = (selectors: readonly LabelSelector[] = [], all: readonly KubernetesObject[]) =>
    selectors.length > 0 &&
    all.length > 0 &&
    !all.some(({ metadata }) => matchesAnySelector(selectors, metadata.labels));
  const common = (object: Selecting): readonly Symptom[] => [
    ...(misses(object.spec.nodeSelectors, nodes) ? [fault(object, 'spec.nodeSelectors select no node')] : []),
    ...(misses(object.spec.serviceSelectors, asking)
      ? [fault(object, 'spec.serviceSelectors select no Service of type LoadBalancer')]
      : []),
  ];
  const ofPools = (object: Selecting): readonly Symptom[] => {
    const covers = pools.some(({ metadata }) => coversPool(object, metadata));
    return covers || pools.length === 0 ? [] : [fault(object, 'it covers no pool that there is')];
  };
  return [
    ...[...advertisements, ...routeAdvertisements].flatMap((object) => [...common(object), ...ofPools(object)]),
    ...advertisements.flatMap((object) => {
      const { interfaces = [] } = object.spec;
      const unknown = links.size === 0 ? [] : interfaces.filter((name) => !links.has(name));
      return unknown.length > 0
        ? [fault(object, `spec.interfaces names ${unknown.join(', ')}, which no node has`)]
        : [];
    }),
    ...advertisements.flatMap((object) => {
      const names = pools.map(({ metadata }) => metadata.name);
      const unknown = (object.spec.ipAddressPools ?? []).filter((name) => !names.includes(name));
      const { remedy } = ADVERTISEMENT_REASONS.UnknownPool;
      const message = `spec.ipAddressPools names ${unknown.join(', ')}, which is not there`;
      return unknown.length > 0
        ? [{ state: 'fail' as const, object: nameOf(object), reason: 'UnknownPool', message, remedy }]
        : [];
    }),
    ...peers.flatMap(common),
  ];
}

function bgpObjects({ situation: { objects, allocator } }: Patient): readonly Symptom[] {
  const { peers, routeAdvertisements: advertisements, profiles, communities, pools } = objects;
  const nodes = objects.nodes.map((node) => labelledNode(node.metadata.name, node));
  const services = announcedServices(objects, pools, allocator);
  const faults = bgpFaults(
    { peers, advertisements, profiles, communities, pools, secrets: undefined },
    { nodes, services },
  );
  return faults.map(({ object, reason, message }) => {
    return { state: 'fail', object: nameOf(object), reason, message, remedy: ADVERTISEMENT_REASONS[reason].remedy };
  });
}

/** Why addresses are not told over sessions that may well be Established. */
const UNTOLD = ['FamilyNotCarried', 'FamilyNotNegotiated', 'NoNextHop', 'AttributesTooLong'] as const;
type Untold = (typeof UNTOLD)[number];

function sessions({ situation }: Patient): readonly Symptom[] {
  const of = (node: string, reason: 'SessionDown' | Untold, message: string): Symptom => {
    return { state: 'fail', object: `SpeakerStatus/${node}`, reason, message, remedy: WITHHELD_REASONS[reason].remedy };
  };
  return situation.objects.speakers.flatMap(({ metadata: { name }, status }) => [
    ...(status?.sessions ?? [])
      .filter(({ state }) => state !== 'Established')
      .map(({ peer, address, state, lastError }) => {
        const why = lastError === undefined ? '' : `: ${lastError.text}`;
        return of(name, 'SessionDown', `the session with ${peer} (${address}) is ${state}${why}`);
      }),
    ...(status?.withheld ?? []).flatMap(({ reason, count, examples, peer }) => {
      const known = UNTOLD.find((each) => each === reason);
      const where = peer === undefined ? '' : ` over the session with ${peer}`;
      return known === undefined ? [] : [of(name, known, `${count} addresses${where}, such as ${examples[0] ?? ''}`)];
    }),
  ]);
}

function bouncing({ situation }: Patient): readonly Symptom[] {
  return situation.objects.speakers.flatMap((speaker) => {
    const since = speaker.status?.bouncing?.since;
    if (since === undefined || situation.lifeOf(speaker.metadata.name) === 'Silent') return [];
    const advertised = (speaker.status?.sessions ?? []).reduce((sum, each) => sum + each.advertised, 0);
    const message = `since ${since} packets end their TTL on the node, which advertises ${advertised} routes over BGP`;
    return [symptom('warn', nameOf(speaker), 'TrafficBounces', message)];
  });
}

function rivals({ situation: { objects }, surroundings }: Patient): readonly Symptom[] {
  const theirs = surroundingsOf(surroundings, 'BGPPeer.crd.projectcalico.org');
  return objects.peers.flatMap((peer) => {
    const same = theirs.filter((each) => valueAt(each, 'spec', 'peerIP') === peer.spec.peerAddress);
    return same.map(({ metadata }) => {
      const message = `Calico's BGPPeer ${metadata.name} has the same router, ${peer.spec.peerAddress}`;
      return symptom('warn', nameOf(peer), 'OtherBGPSpeaker', message);
    });
  });
}
