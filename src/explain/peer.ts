import { bgpFaults } from '../announcement/bgp/advertisement-faults.ts';
import { BgpConfiguration } from '../announcement/bgp/configuration.ts';
import { type Readiness, readinessOf } from '../announcement/bgp/fault.ts';
import { concerns } from '../announcement/bgp/routes.ts';
import { type LabelledNode, labelledNode } from '../announcement/nodes.ts';
import type { BGPPeer } from '../api/bgp-peer.ts';
import { findCondition } from '../api/conditions.ts';
import { ADVERTISEMENT_REASONS, findWithheldReason } from '../api/reasons/announcement.ts';
import { SERVICE_FINDINGS } from '../api/reasons/explanation.ts';
import { READY } from '../api/reasons/reasons.ts';
import { PEER_FINDINGS } from '../api/reasons/session.ts';
import { compareCondition, disagreement } from './compared-condition.ts';
import { announcedServices } from './configuration.ts';
import { controllerFindings } from './controller-life.ts';
import type { Explanation, PeerDetails } from './explanation.ts';
import { type Finding, finding } from './finding.ts';
import { type ExplainedSession, explainSession } from './peer-session.ts';
import type { Situation } from './situation.ts';

/** Explains a BGPPeer: which nodes have a session with it, and why the others do not. */
export function explainPeer(peer: BGPPeer, situation: Situation): Explanation {
  const { name } = peer.metadata;
  const { objects } = situation;
  const own = { ...objects, advertisements: objects.routeAdvertisements };
  const configuration = new BgpConfiguration(own);
  const nodes = nodesOf(situation);
  const sessions = nodes.flatMap((node) => {
    const { peerings, barred } = configuration.peeringsOn(node);
    const peering = peerings.find((each) => each.peer === name);
    const bar = barred.find((each) => each.peer === name);
    return peering === undefined && bar === undefined
      ? []
      : [explainSession(name, node.name, { peering, bar }, situation)];
  });
  const services = announcedServices(objects, objects.pools, situation.allocator);
  const ready = readyNow(peer, readinessOf(peer, bgpFaults(own, { nodes, services })));
  const { spec } = peer;
  const details: PeerDetails = {
    ready: compareCondition(READY, peer.status?.conditions, ready),
    router: spec.peerAddress === undefined ? `on ${spec.interface}` : spec.peerAddress,
    routerAS: spec.peerASN ?? spec.dynamicASN ?? 'external',
    bfdProfile: spec.bfdProfile ?? null,
    isGraceful: spec.enableGracefulRestart,
    advertisements: objects.routeAdvertisements
      .filter((advertisement) => concerns(advertisement, { peer: name }))
      .map(({ metadata }) => metadata.name)
      .sort(),
    sessions,
  };
  const [first = wellWith(sessions), ...others] = problemsOf(name, ready, details, situation);
  return {
    apiVersion: 'berth.dev/v1beta1',
    kind: 'Explanation',
    object: { kind: 'BGPPeer', namespace: null, name },
    summary: first,
    findings: others,
    notChecked: situation.unread,
    peer: details,
  };
}

/** Secrets are not looked at: what the condition says of them is believed. */
function readyNow({ status }: BGPPeer, judged: Readiness): Readiness {
  const stored = findCondition(status?.conditions, READY);
  if (judged.status === 'False' || stored?.reason !== 'SecretMissing') return judged;
  return { status: 'False', reason: 'SecretMissing', message: stored.message ?? '' };
}

/** What keeps sessions from being there, most serious first. */
function problemsOf(name: string, ready: Readiness, details: PeerDetails, situation: Situation): readonly Finding[] {
  const { sessions } = details;
  const found: Finding[] = [];
  if (sessions.length === 0) {
    found.push(finding(PEER_FINDINGS, 'NoNode', `no node is selected by BGPPeer ${name}, or no node is known`));
  }
  if (ready.status === 'False') found.push(finding(ADVERTISEMENT_REASONS, ready.reason, ready.message));
  found.push(...together(sessions.filter((each) => !each.finding.ok)));
  found.push(...controllerFindings(situation.controller));
  const { stored, agrees } = details.ready;
  if (stored !== null && !agrees) found.push(finding(SERVICE_FINDINGS, 'StatusOutdated', disagreement(details.ready)));
  const isIdle = ({ state, advertised, finding: { reason } }: ExplainedSession) =>
    state === 'Established' && advertised === 0 && findWithheldReason(reason) === undefined;
  if (sessions.some(isIdle)) {
    found.push({ ...finding(PEER_FINDINGS, 'NoRoutes'), ok: sessions.some((each) => (each.advertised ?? 0) > 0) });
  }
  return found;
}

/** So many nodes are named at most. */
const SHOWN = 5;

/** One finding for all nodes that have the same. The most frequent comes first. */
function together(sessions: readonly ExplainedSession[]): readonly Finding[] {
  const byReason = new Map<string, ExplainedSession[]>();
  for (const session of sessions) {
    const alike = byReason.get(session.finding.reason) ?? [];
    byReason.set(session.finding.reason, alike);
    alike.push(session);
  }
  return [...byReason.values()]
    .sort((a, b) => b.length - a.length)
    .flatMap((alike) => {
      const [first] = alike;
      return first === undefined
        ? []
        : [{ ...first.finding, message: `${nodesText(alike)}: ${first.finding.message}` }];
    });
}

function wellWith(sessions: readonly ExplainedSession[]): Finding {
  return finding(PEER_FINDINGS, 'Established', `Established with ${nodesText(sessions)}`, true);
}

function nodesText(sessions: readonly ExplainedSession[]): string {
  const names = sessions.map(({ node }) => node);
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return `node${names.length > 1 ? 's' : ''} ${names.slice(0, SHOWN).join(', ')}${more}`;
}

function nodesOf({ objects: { nodes, speakers } }: Situation): readonly LabelledNode[] {
  const objects = new Map(nodes.map((node) => [node.metadata.name, node]));
  const names = new Set([...objects.keys(), ...speakers.map(({ metadata }) => metadata.name)]);
  return [...names].sort().map((name) => labelledNode(name, objects.get(name)));
}
