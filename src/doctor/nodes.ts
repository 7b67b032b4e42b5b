import { healthBar } from '../announcement/eligibility.ts';
import { labelledNode } from '../announcement/nodes.ts';
import { SERVICE_NAME_LABEL } from '../api/kubernetes/endpoint-slice.ts';
import type { Node } from '../api/kubernetes/node.ts';
import { ANNOUNCED_REASONS, WITHHELD_REASONS } from '../api/reasons/announcement.ts';
import { formatAddress, parseAddress } from '../ip/address.ts';
import { parsePrefix } from '../ip/prefix.ts';
import { formatRange, rangeOfPrefix } from '../ip/range.ts';
import { type Check, nameOf, type Patient, type Symptom, symptom } from './check.ts';
import { heldAddresses } from './pools.ts';

/** Whether nodes can announce, and whether their speakers do what they agreed on. */
export const NODE_CHECKS: readonly Check[] = [
  { name: 'node', healthy: 'every node may announce', needs: ['Node'], look: unfitNodes },
  { name: 'speaker', healthy: 'a speaker lives on every node', needs: ['Node', 'SpeakerStatus'], look: speakers },
  { name: 'single-owner', healthy: 'one node answers for an address', needs: ['SpeakerStatus'], look: owners },
  { name: 'conflict', healthy: 'no stranger answers for an address', needs: ['SpeakerStatus'], look: conflicts },
  {
    name: 'node-address',
    healthy: "no node calls a Service's address its own",
    needs: ['Node', 'Service'],
    look: nodeAddresses,
  },
  { name: 'node-name', healthy: 'every endpoint is on a node', needs: ['Service', 'EndpointSlice'], look: nodeless },
];

function unfitNodes({ situation: { objects } }: Patient): readonly Symptom[] {
  const { nodes } = objects;
  const excluded = nodes.filter(isExcluded);
  if (nodes.length > 0 && excluded.length === nodes.length) {
    const names = excluded.map(({ metadata }) => metadata.name).join(', ');
    return [symptom('fail', nameOf(nodes[0] as Node), 'NodesExcluded', `all nodes are excluded: ${names}`)];
  }
  return nodes.flatMap((node) => {
    const bar = healthBar(labelledNode(node.metadata.name, node));
    return bar === undefined ? [] : [symptom('warn', nameOf(node), 'NodeUnfit', bar.detail)];
  });
}

function isExcluded(node: Node): boolean {
  return healthBar(labelledNode(node.metadata.name, node))?.reason === 'NodeExcluded';
}

function speakers({ situation }: Patient): readonly Symptom[] {
  const { nodes, speakers } = situation.objects;
  const names = new Set(nodes.map(({ metadata }) => metadata.name));
  const reported = new Set(speakers.map(({ metadata }) => metadata.name));
  // Where no node has one, the first failure says it all.
  const state = reported.size === 0 ? 'fail' : 'warn';
  const missing = nodes
    .filter((node) => !reported.has(node.metadata.name) && !isExcluded(node))
    .map((node) => symptom(state, nameOf(node), 'SpeakerMissing', 'no SpeakerStatus of it is known'));
  const found = speakers.flatMap((speaker): readonly Symptom[] => {
    const { name } = speaker.metadata;
    if (nodes.length > 0 && !names.has(name))
      return [symptom('warn', nameOf(speaker), 'NodeGone', `there is no Node ${name}`)];
    if (situation.lifeOf(name) !== 'Silent') return [];
    const { meaning, remedy } = WITHHELD_REASONS.SpeakerSilent;
    return [{ state: 'fail', object: nameOf(speaker), reason: 'SpeakerSilent', message: meaning, remedy }];
  });
  return [...missing, ...found];
}

interface Claim {
  readonly node: string;
  readonly networks: readonly string[];
}

/** Two that live, on interfaces of one network. */
function owners({ situation }: Patient): readonly Symptom[] {
  const claims = new Map<string, Claim[]>();
  for (const { metadata, status } of situation.objects.speakers) {
    if (situation.lifeOf(metadata.name) === 'Silent') continue;
    for (const entry of status?.l2 ?? []) {
      if (entry.role !== 'Owner') continue;
      const { addresses = [] } = status?.interfaces?.find(({ name }) => name === entry.interface) ?? {};
      const claim = { node: metadata.name, networks: addresses.flatMap(networkOf) };
      claims.set(entry.address, [...(claims.get(entry.address) ?? []), claim]);
    }
  }
  return [...claims].flatMap(([address, all]) => {
    const rivals = all.filter((a) =>
      all.some((b) => a.node !== b.node && a.networks.some((each) => b.networks.includes(each))),
    );
    if (rivals.length < 2) return [];
    const nodes = rivals.map(({ node }) => node).join(' and ');
    return [symptom('fail', `Address/${address}`, 'TwoOwners', `${nodes} say that they answer for it`)];
  });
}

function networkOf(text: string): readonly string[] {
  try {
    return [formatRange(rangeOfPrefix(parsePrefix(text)))];
  } catch {
    return [];
  }
}

function conflicts({ situation: { objects } }: Patient): readonly Symptom[] {
  const { remedy } = ANNOUNCED_REASONS.AddressConflict;
  return objects.speakers.flatMap(({ metadata, status }) =>
    (status?.conflicts ?? []).map(({ address, mac, seen }): Symptom => {
      const message = `node ${metadata.name} has heard ${mac} answer for it at ${seen}`;
      return { state: 'fail', object: `Address/${address}`, reason: 'AddressConflict', message, remedy };
    }),
  );
}

function nodeAddresses(patient: Patient): readonly Symptom[] {
  const held = heldAddresses(patient);
  return patient.situation.objects.nodes.flatMap((node) =>
    (node.status?.addresses ?? []).flatMap(({ type, address }) => {
      const service = held.get(normal(address));
      if (service === undefined) return [];
      return [
        symptom('fail', nameOf(node), 'NodeUsesAddress', `its ${type} is ${address}, which Service ${service} holds`),
      ];
    }),
  );
}

function normal(text: string): string {
  try {
    return formatAddress(parseAddress(text));
  } catch {
    return text;
  }
}

function nodeless({ situation: { objects } }: Patient): readonly Symptom[] {
  return objects.services.flatMap((service) => {
    const { type, externalTrafficPolicy } = service.spec ?? {};
    if (type !== 'LoadBalancer' || externalTrafficPolicy !== 'Local') return [];
    const { namespace, name } = service.metadata;
    const slices = objects.endpointSlices.filter(
      ({ metadata }) => metadata.namespace === namespace && metadata.labels?.[SERVICE_NAME_LABEL] === name,
    );
    const without = slices.flatMap(({ endpoints = [] }) => endpoints.filter(({ nodeName }) => nodeName === undefined));
    if (without.length === 0) return [];
    return [symptom('warn', nameOf(service), 'NoNodeName', `${without.length} of its endpoints name no node`)];
  });
}
