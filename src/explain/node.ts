import { Advertisements, notSelected } from '../announcement/advertisements.ts';
import { speakerBar } from '../announcement/candidacy.ts';
import { healthBar } from '../announcement/eligibility.ts';
import { linkBar } from '../announcement/interfaces.ts';
import { type KnownNode, knownNodes } from '../announcement/nodes.ts';
import { Segments } from '../announcement/segments.ts';
import { ANNOUNCED_REASONS, WITHHELD_REASONS, type WithheldReason } from '../api/reasons/announcement.ts';
import { DOCTOR_FINDINGS } from '../api/reasons/doctor.ts';
import { NODE_FINDINGS } from '../api/reasons/explanation.ts';
import type { SpeakerReport } from '../api/speaker-status.ts';
import type { Explanation } from './explanation.ts';
import { besides, type Finding, finding } from './finding.ts';
import { type NodeDetails, type NodeWithheld, nodeDetails } from './node-details.ts';
import type { Situation } from './situation.ts';

/**
 * Explains a node: whether it may announce, what it answers for, and what it does not announce and why. Undefined where
 * neither a Node nor a SpeakerStatus has the name.
 */
export function explainNode(name: string, situation: Situation): Explanation | undefined {
  const { objects } = situation;
  const nodes = knownNodes({ ...objects, alive: situation.living() }, new Segments());
  const node = nodes.find((each) => each.name === name);
  if (node === undefined) return undefined;
  const report = objects.speakers.find(({ metadata }) => metadata.name === name)?.status;
  const pools = objects.pools.map(({ metadata }) => metadata.name);
  const advertisements = new Advertisements(objects.advertisements, pools);
  const bare = nodeDetails(node, report, advertisements, situation);
  const details: NodeDetails = { ...bare, bars: barsOf(node, report, advertisements, situation, bare) };
  const found = problemsOf(node, details, situation);
  const summary = found.find(({ ok }) => !ok) ?? well(details);
  return {
    apiVersion: 'berth.dev/v1beta1',
    kind: 'Explanation',
    object: { kind: 'Node', namespace: null, name },
    summary,
    findings: besides(summary, found),
    notChecked: situation.unread,
    node: details,
  };
}

const say = (reason: WithheldReason, message?: string): Finding => finding(WITHHELD_REASONS, reason, message);

/** What keeps the node from announcing anything, in the order in which the plan asks. */
function barsOf(
  node: KnownNode,
  report: SpeakerReport | undefined,
  advertisements: Advertisements,
  { objects }: Situation,
  { sessions }: Pick<NodeDetails, 'sessions'>,
): readonly Finding[] {
  const all = objects.advertisements;
  const selecting = advertisements.selecting(node, all);
  const bars = [healthBar(node), speakerBar(node), node.alive ? linkBar(node, selecting) : undefined];
  const found = bars.flatMap((bar) => (bar === undefined ? [] : [say(bar.reason, bar.detail)]));
  // Only the node's own speaker knows, and it names the reason at every address that it withholds for it.
  if (node.alive && report?.withheld?.some(({ reason }) => reason === 'ProxyNotReady')) {
    found.push(say('ProxyNotReady', `kube-proxy on node ${node.name} is not healthy, as its speaker says`));
  }
  if (selecting.length === 0 && sessions.length === 0) found.push(unselected(node, objects));
  return found;
}

/** Why neither protocol has anything to do with the node. */
function unselected(node: KnownNode, { advertisements, routeAdvertisements }: Situation['objects']): Finding {
  if (advertisements.length === 0) {
    return routeAdvertisements.length === 0
      ? say('NoAdvertisement', 'there is no advertisement at all')
      : say('NoPeer');
  }
  const coverage = { kind: 'L2Advertisement', pool: undefined, ofPool: advertisements, misnamed: [] };
  const { reason, detail } = notSelected(node, { ...coverage, ofService: advertisements });
  return say(reason, detail);
}

/** What an operator has to mend, most serious first. */
function problemsOf(node: KnownNode, details: NodeDetails, { objects }: Situation): readonly Finding[] {
  const { bars, conflicts, sessions, withheld, unlisted } = details;
  const found: Finding[] = [...bars];
  if (node.object === undefined && objects.nodes.length > 0) {
    found.push(finding(DOCTOR_FINDINGS, 'NodeGone', `there is no Node ${node.name}`));
  }
  if (conflicts.length > 0) {
    const strangers = conflicts.map(({ address, mac }) => `${address} (${mac})`);
    found.push(say('AddressConflict', `machines that are none of ours answer for ${listed(strangers)}`));
  }
  // Of a speaker that is gone the bar says all.
  const judged = sessions.filter((each) => !each.finding.ok && (node.alive || each.finding.reason === 'Barred'));
  found.push(...judged.map((each) => ({ ...each.finding, message: `peer ${each.peer}: ${each.finding.message}` })));
  const told = new Set(found.map(({ reason }) => reason));
  found.push(...withheld.filter((each) => !told.has(each.reason) && isPressing(each, details)).map(withheldFinding));
  if (unlisted > 0) {
    const message = `it answers for ${unlisted} addresses more than its SpeakerStatus lists`;
    found.push(finding(ANNOUNCED_REASONS, 'NotListed', message, true));
  }
  return found;
}

/** Reasons that are wrong at any node, and those that are where a node has nothing else to do. */
const WRONG = ['MovedTooOften', 'InterfaceDown', 'FamilyNotCarried'];
const WRONG_WHERE_IDLE = [...WRONG, 'InterfaceMissing', 'OffSubnet'];

function isPressing({ reason }: NodeWithheld, { roles, sessions }: NodeDetails): boolean {
  const isIdle = sessions.length === 0 && roles.every(({ count }) => count === 0);
  return (isIdle ? WRONG_WHERE_IDLE : WRONG).includes(reason);
}

function withheldFinding({ reason, count, examples, meaning, remedy }: NodeWithheld): Finding {
  const such = examples.length > 0 ? `, such as ${examples[0]}` : '';
  return { ok: false, reason, message: `${meaning} So it is with ${countText(count, 'address', 'es')}${such}`, remedy };
}

/** Nothing is to be mended. */
function well({ roles, sessions, unlisted }: NodeDetails): Finding {
  const of = (wanted: string) => roles.find(({ role }) => role === wanted)?.count ?? 0;
  const own = of('Owner') + of('Caretaker') + unlisted;
  const parts = [
    `answers for ${countText(own, 'address', 'es')}`,
    ...(of('Standby') > 0 ? [`stands by for ${of('Standby')}`] : []),
    ...(sessions.length > 0 ? [`has ${countText(sessions.length, 'BGP session', 's')} Established`] : []),
  ];
  return finding(NODE_FINDINGS, 'Announcing', parts.join(', '), true);
}

function countText(count: number, what: string, plural: string): string {
  return `${count} ${what}${count === 1 ? '' : plural}`;
}

/** So many are named at most. */
const SHOWN = 5;

function listed(texts: readonly string[]): string {
  const more = texts.length > SHOWN ? ` and ${texts.length - SHOWN} more` : '';
  return `${texts.slice(0, SHOWN).join(', ')}${more}`;
}
