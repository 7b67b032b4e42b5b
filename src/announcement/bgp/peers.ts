import type { BFDProfile } from '../../api/bfd-profile.ts';
import type { BGPPeer, BGPPeerSpec } from '../../api/bgp-peer.ts';
import { matchesAnySelector } from '../../api/fields/label-selector.ts';
import { readAddress } from '../../api/fields/router-address.ts';
import { PASSWORD_KEY, PASSWORD_SECRET_TYPE } from '../../api/kubernetes/secret.ts';
import { closest } from '../../api/near-miss.ts';
import type { LabelledNode } from '../nodes.ts';
import { compareText } from '../rank.ts';
import { compareAge } from './age.ts';
import type { ObjectFault } from './fault.ts';
import type { BgpObjects } from './input.ts';
import { passwordSource, peeringOf, specOnNode } from './peer-on-node.ts';
import type { BarredPeer, NodePeerings, Peering } from './peering.ts';

/** The BGPPeers, and the sessions that they mean for each node. */
export class Peers {
  /** The oldest first. */
  readonly #peers: readonly BGPPeer[];
  readonly #profiles: ReadonlyMap<string, BFDProfile>;
  readonly #secrets: BgpObjects['secrets'];

  constructor({ peers, profiles, secrets }: Pick<BgpObjects, 'peers' | 'profiles' | 'secrets'>) {
    this.#peers = [...peers].sort(compareAge);
    this.#profiles = new Map(profiles.map((profile) => [profile.metadata.name, profile]));
    this.#secrets = secrets;
  }

  /** All names, the oldest first. */
  names(): readonly string[] {
    return this.#peers.map(({ metadata }) => metadata.name);
  }

  /** The sessions of a node. Two peers that would be one connection there: the older one has it. */
  on(node: LabelledNode): NodePeerings {
    const peerings: Peering[] = [];
    const barred: BarredPeer[] = [];
    const limited: BarredPeer[] = [];
    const taken: Taken[] = [];
    for (const object of this.#peers) {
      if (!matchesAnySelector(object.spec.nodeSelectors ?? [], node.labels)) continue;
      const peer = object.metadata.name;
      const spec = specOnNode(object, node);
      const limit = callerClash(spec, node, taken);
      const detail = unsupported(spec) ?? clash(spec, node, taken) ?? (spec.passive ? limit : undefined);
      if (detail !== undefined) barred.push({ peer, detail });
      else {
        taken.push({ peer, spec });
        const profile = spec.bfdProfile === undefined ? undefined : this.#profiles.get(spec.bfdProfile);
        const peering = peeringOf(peer, spec, node, profile);
        peerings.push(limit === undefined ? peering : { ...peering, outgoingOnly: true });
        if (limit !== undefined) limited.push({ peer, detail: limit });
      }
    }
    return {
      peerings: peerings.sort((a, b) => compareText(a.peer, b.peer)),
      barred: barred.sort((a, b) => compareText(a.peer, b.peer)),
      limited: limited.sort((a, b) => compareText(a.peer, b.peer)),
    };
  }

  /** What is wrong with peers, on any of the nodes. */
  faults(nodes: readonly LabelledNode[]): readonly ObjectFault[] {
    return [
      ...this.#peers.flatMap((object) => [...this.#unknownProfile(object), ...this.#missingSecret(object)]),
      ...this.#peers.flatMap((object) => {
        const message = unsupported(object.spec);
        return message === undefined ? [] : [{ object, reason: 'NotSupported' as const, message }];
      }),
      ...nodes.flatMap((node) => this.#faultsOn(node)),
    ];
  }

  #faultsOn(node: LabelledNode): readonly ObjectFault[] {
    const byName = new Map(this.#peers.map((object) => [object.metadata.name, object]));
    const { barred, limited } = this.on(node);
    return [...barred, ...limited].flatMap(({ peer, detail }) => {
      const object = byName.get(peer);
      if (object === undefined || unsupported(object.spec) !== undefined) return [];
      const isClash = unsupported(specOnNode(object, node)) === undefined;
      return [{ object, reason: isClash ? 'ConflictingAttributes' : 'NotSupported', message: detail }] as const;
    });
  }

  #unknownProfile(object: BGPPeer): readonly ObjectFault[] {
    const name = object.spec.bfdProfile;
    if (name === undefined || this.#profiles.has(name)) return [];
    const near = closest(name, [...this.#profiles.keys()].sort(compareText));
    const remedy = near === undefined ? 'create it, or take the name out' : `did you mean ${near}?`;
    const message = `spec.bfdProfile names ${name}, and there is no such BFDProfile, so its sessions run without BFD: ${remedy}`;
    return [{ object, reason: 'UnknownProfile', message }];
  }

  #missingSecret(object: BGPPeer): readonly ObjectFault[] {
    const secret = object.spec.passwordSecret;
    if (secret === undefined || this.#secrets === undefined) return [];
    const keys = this.#secrets.get(secret.name);
    if (keys?.includes(PASSWORD_KEY)) return [];
    const lacks = keys === undefined ? 'which does not exist' : `which has no key "${PASSWORD_KEY}"`;
    const remedy = `kubectl create secret generic ${secret.name} -n ${secret.namespace} --type=${PASSWORD_SECRET_TYPE} --from-literal=${PASSWORD_KEY}=…`;
    const message = `spec.passwordSecret names ${secret.namespace}/${secret.name}, ${lacks}: ${remedy}`;
    return [{ object, reason: 'SecretMissing', message }];
  }
}

/** What of a spec has no session, or undefined. */
function unsupported({ peerAddress, sourceAddress, interface: link }: BGPPeerSpec): string | undefined {
  if (sourceAddress === undefined) return undefined;
  const families = [sourceAddress, peerAddress].map((text) => readAddress(text ?? '')?.family);
  if (link === undefined && families[0] === families[1]) return undefined;
  return `sourceAddress ${sourceAddress} does not fit the peer ${peerAddress === undefined ? 'on' : 'at'} ${peerAddress ?? link}, so there is no session: set both in the same entry of spec.nodeOverrides`;
}

/** A peer that has a session on the node. */
interface Taken {
  readonly peer: string;
  readonly spec: BGPPeerSpec;
}

/** Why another peer has the connection already. */
function clash(spec: BGPPeerSpec, node: LabelledNode, taken: readonly Taken[]): string | undefined {
  const other = taken.find((each) => isOneConnection(each.spec, spec));
  if (other === undefined) return undefined;
  const where = spec.peerAddress ?? `the other end of ${spec.interface}`;
  return `on node ${node.name} it is ${where} port ${spec.peerPort}, as is the older BGPPeer ${other.peer}, which has the session: delete one, or let them select other nodes`;
}

/** An unnumbered peer may turn out to be at any address of its interface. */
function isOneConnection(a: BGPPeerSpec, b: BGPPeerSpec): boolean {
  if (a.peerPort !== b.peerPort || a.interface !== b.interface || a.vrf !== b.vrf) return false;
  if (a.peerAddress === undefined || b.peerAddress === undefined) return true;
  const [one, other] = [readAddress(a.peerAddress), readAddress(b.peerAddress)];
  return one?.family === other?.family && one?.value === other?.value;
}

/**
 * Why connections from the peer are taken for those of an older one. The port of a connection tells nothing of who makes
 * it, and the kernel knows the keys of TCP MD5 by the address alone, of whatever interface that is.
 */
function callerClash(spec: BGPPeerSpec, node: LabelledNode, taken: readonly Taken[]): string | undefined {
  const other = taken.find((each) => isOneCaller(each.spec, spec));
  if (other === undefined) return undefined;
  const isSameLink = other.spec.interface === spec.interface;
  const why = isSameLink
    ? 'which of the two connects from there cannot be told'
    : 'the kernel has one password for who connects from there';
  const remedy = 'give each an address of its own, or let them select other nodes';
  const effect = spec.passive
    ? 'as it is passive it has no session'
    : 'connections from there are taken for that one, and this session comes up by our own alone';
  return `on node ${node.name} it is at ${spec.peerAddress}, as is the older BGPPeer ${other.peer}, and ${why}, so ${effect}: ${remedy}`;
}

function isOneCaller(a: BGPPeerSpec, b: BGPPeerSpec): boolean {
  const [one, other] = [readAddress(a.peerAddress ?? ''), readAddress(b.peerAddress ?? '')];
  if (one === undefined || a.vrf !== b.vrf || one.family !== other?.family || one.value !== other.value) return false;
  if (a.interface === b.interface) return true;
  return JSON.stringify(passwordSource(a)) !== JSON.stringify(passwordSource(b));
}
