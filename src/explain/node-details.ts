import type { Advertisements } from '../announcement/advertisements.ts';
import { BgpConfiguration } from '../announcement/bgp/configuration.ts';
import { mayUse } from '../announcement/interfaces.ts';
import type { LabelledNode } from '../announcement/nodes.ts';
import { reservedFor } from '../announcement/reserved-interfaces.ts';
import { findWithheldReason } from '../api/reasons/announcement.ts';
import type { SpeakerReport } from '../api/speaker-status.ts';
import type { Finding } from './finding.ts';
import { type ExplainedSession, explainSession } from './peer-session.ts';
import type { Situation } from './situation.ts';
import { type SpeakerLife, speakerLife } from './speaker-life.ts';

/** What is explained of a node and its speaker. What a silent speaker reported is as it was last seen. */
export interface NodeDetails {
  readonly speaker: SpeakerLife;
  /** What keeps it from announcing any address, of its interfaces at layer 2, the first cause first. Empty for one that may. */
  readonly bars: readonly Finding[];
  /** The L2Advertisements whose nodeSelectors choose it. */
  readonly advertisements: readonly string[];
  /** As its speaker reports them; null until it has. */
  readonly interfaces: readonly NodeInterface[] | null;
  /** What it answers for, or would. */
  readonly roles: readonly NodeRole[];
  /** How many addresses more it answers for than its SpeakerStatus can list. */
  readonly unlisted: number;
  /** The machines that it has heard answer for addresses of ours. */
  readonly conflicts: readonly { readonly address: string; readonly mac: string; readonly seen: string }[];
  /** Its BGP sessions, and those that it cannot have, by peer. */
  readonly sessions: readonly NodeSession[];
  /** The addresses that it does not announce, by reason. */
  readonly withheld: readonly NodeWithheld[];
}

/** An interface of a node. */
export interface NodeInterface {
  readonly name: string;
  readonly mac: string;
  readonly up: boolean;
  /** Its own addresses with their prefix lengths. */
  readonly addresses: readonly string[];
  readonly gateways: readonly string[];
  /** The L2Advertisements that may announce addresses on it. */
  readonly advertisements: readonly string[];
  /** Who makes interfaces of this name, where it announces only if an advertisement names it; else null. */
  readonly reservedFor: string | null;
}

/** The addresses for which a node has one role. */
export interface NodeRole {
  readonly role: 'Owner' | 'Standby' | 'Caretaker';
  readonly count: number;
  /** The first of them, each an address and its Service. */
  readonly examples: readonly string[];
}

/** The session of a node with a peer. */
export interface NodeSession extends ExplainedSession {
  /** The name of the BGPPeer. */
  readonly peer: string;
}

/** Addresses that a node does not announce, for one reason. */
export interface NodeWithheld {
  readonly reason: string;
  readonly count: number;
  /** Each an address and its Service. */
  readonly examples: readonly string[];
  /** Where they are not announced. */
  readonly protocol: 'l2' | 'bgp';
  /** The BGPPeer that alone is not told of them; null for all. */
  readonly peer: string | null;
  readonly meaning: string | null;
  readonly remedy: string | null;
}

/** So many addresses are given as examples of a role. */
const EXAMPLES = 5;

/** What is so of a node, without {@link NodeDetails.bars}. */
export function nodeDetails(
  node: LabelledNode,
  report: SpeakerReport | undefined,
  advertisements: Advertisements,
  situation: Situation,
): Omit<NodeDetails, 'bars'> {
  const { objects } = situation;
  const selecting = advertisements.selecting(node, objects.advertisements);
  const interfaces = report?.interfaces?.map(({ name, mac, up, addresses = [], gateways = [] }): NodeInterface => {
    const reserved = reservedFor(name);
    const using = selecting.filter((each) => mayUse(each, { name, reservedFor: reserved }));
    return { name, mac, up, addresses, gateways, advertisements: namesOf(using), reservedFor: reserved ?? null };
  });
  return {
    speaker: speakerLife(node.name, situation),
    advertisements: namesOf(selecting),
    interfaces: interfaces ?? null,
    roles: (['Owner', 'Standby', 'Caretaker'] as const).map((role) => roleOf(role, report)),
    unlisted: report?.unlisted ?? 0,
    conflicts: (report?.conflicts ?? []).map(({ address, mac, seen }) => ({ address, mac, seen })),
    sessions: sessionsOf(node, situation),
    withheld: (report?.withheld ?? []).map(({ reason, count, examples, protocol = 'l2', peer = null }) => {
      const { meaning = null, remedy = null } = findWithheldReason(reason) ?? {};
      return { reason, count, examples, protocol, peer, meaning, remedy };
    }),
  };
}

function namesOf(objects: readonly { readonly metadata: { readonly name: string } }[]): readonly string[] {
  return objects.map(({ metadata }) => metadata.name).sort();
}

function roleOf(role: NodeRole['role'], report: SpeakerReport | undefined): NodeRole {
  const all = (report?.l2 ?? []).filter((entry) => entry.role === role);
  const examples = all.slice(0, EXAMPLES).map(({ address, service }) => `${address} ${service}`);
  return { role, count: all.length, examples };
}

function sessionsOf(node: LabelledNode, situation: Situation): readonly NodeSession[] {
  const { objects } = situation;
  const configuration = new BgpConfiguration({ ...objects, advertisements: objects.routeAdvertisements });
  const { peerings, barred } = configuration.peeringsOn(node);
  const wanted = [
    ...peerings.map((peering) => ({ peer: peering.peer, peering, bar: undefined })),
    ...barred.map((bar) => ({ peer: bar.peer, peering: undefined, bar })),
  ];
  return wanted
    .sort((a, b) => (a.peer < b.peer ? -1 : 1))
    .map(({ peer, ...rest }) => ({ peer, ...explainSession(peer, node.name, rest, situation) }));
}
