import type { Explanation } from './explanation.ts';
import type { Finding } from './finding.ts';
import type { NodeDetails } from './node-details.ts';
import type { ExplainedAnnouncement } from './service-announcements.ts';

/** What to do where there is no cluster but a folder, by reason; the others are the same in both. */
const REMEDIES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ControllerDown: 'Run berth standalone on this folder.',
    StatusOutdated: 'Wait a few seconds; where it lasts, see the log of berth standalone.',
    NotObserved: 'See that berth standalone runs on this folder, and whether it serves another class (--lb-class).',
    OtherClass:
      'Take spec.loadBalancerClass out of the file, or name the class with --lb-class where a Berth serves it.',
    Unwritten: 'See that berth standalone runs on this folder.',
    Retained: 'Nothing has to be done; to move the Service, set reclaimPolicy: Evict in the file of the pool.',
    NoSpeaker: 'Run berth standalone, without --no-speaker, on those nodes.',
    NotYetAnnounced: 'Wait a few seconds, then see the log of berth standalone on that node.',
    SpeakerSilent: 'See that berth standalone runs on that node and sees this folder.',
    InterfacesUnknown: 'Run berth standalone, without --no-speaker, on the node.',
    NoEndpoints: 'Give the Service an EndpointSlice with a ready endpoint, or take the slices out of the folder.',
    NoLocalEndpoint: 'List a ready endpoint on that node in an EndpointSlice, or set externalTrafficPolicy: Cluster.',
    NodeNotReady: 'See the condition Ready in the file of the Node.',
    NodeNetworkUnavailable: 'See the condition NetworkUnavailable in the file of the Node.',
    NeverGiven: 'Leave it out of the pool, or take it out of the file that uses it.',
  }),
);

/** What has a remedy, or none. */
interface Remedied {
  readonly reason: string | null;
  readonly remedy: string | null;
}

/** The explanation in words that fit a folder: nothing in it is done with a cluster. */
export function inFolder(explanation: Explanation): Explanation {
  const { summary, findings, service, address, node } = explanation;
  return {
    ...explanation,
    summary: findingInFolder(summary),
    findings: findings.map(findingInFolder),
    ...(service === undefined
      ? {}
      : { service: { ...service, announcements: service.announcements.map(announcementInFolder) } }),
    ...(address === undefined
      ? {}
      : { address: { ...address, announcements: address.announcements.map(announcementInFolder) } }),
    ...(node === undefined ? {} : { node: nodeInFolder(node) }),
  };
}

function nodeInFolder(node: NodeDetails): NodeDetails {
  return {
    ...node,
    bars: node.bars.map(findingInFolder),
    sessions: node.sessions.map((session) => ({ ...session, finding: findingInFolder(session.finding) })),
    withheld: node.withheld.map((withheld) => ({ ...withheld, remedy: remedyInFolder(withheld) })),
  };
}

function findingInFolder(found: Finding): Finding {
  return { ...found, remedy: remedyInFolder(found) };
}

function announcementInFolder(announcement: ExplainedAnnouncement): ExplainedAnnouncement {
  const nodes = announcement.nodes.map((node) => ({ ...node, remedy: remedyInFolder(node) }));
  return { ...announcement, nodes, remedy: remedyInFolder(announcement) };
}

/** What to do there about one finding. */
export function remedyInFolder({ reason, remedy }: Remedied): string | null {
  return remedy === null || reason === null ? remedy : (REMEDIES.get(reason) ?? remedy);
}
