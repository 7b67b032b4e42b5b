import { type AnnouncedVerdict, announcedVerdict } from '../announcement/announced.ts';
import type { AnnouncementPlan } from '../announcement/announcement-plan.ts';
import { whyNot } from '../announcement/not-owner.ts';
import { ANNOUNCED_REASONS, WITHHELD_REASONS, type WithheldReason } from '../api/reasons/announcement.ts';
import type { SpeakerWithheld } from '../api/speaker-status.ts';
import { type Finding, finding } from './finding.ts';
import type { Situation } from './situation.ts';

const KEPT: WithheldReason = 'MovedTooOften';

/** Who announces one address of one Service, and why not the rest. */
export interface ExplainedAnnouncement {
  readonly address: string;
  /** The node that is to announce it; null where there is none. */
  readonly owner: string | null;
  /** Why nobody is to; null where there is an owner. */
  readonly reason: string | null;
  readonly message: string;
  readonly remedy: string | null;
  /** What the speakers say that they do. */
  readonly reported: readonly ReportedRole[];
  /** Every known node: the owner, those in line, then the rest by name. */
  readonly nodes: readonly ExplainedNode[];
}

/** A node's part in an address, as its speaker reports it. */
export interface ReportedRole {
  readonly node: string;
  readonly interface: string;
  readonly role: string;
  /** RFC 3339. */
  readonly since: string | null;
  /** Whether the speaker has stopped reporting since. */
  readonly isSilent: boolean;
  /** Why an owner that is to give the address up has not: `MovedTooOften`, or null. */
  readonly reason: string | null;
}

/** One node, and why it does not announce the address. */
export interface ExplainedNode {
  readonly node: string;
  /** `Owner`, `Standby` (second and third in line), else null. */
  readonly role: 'Owner' | 'Standby' | null;
  /** A code of `docs/reference/reasons.md`; null for the owner. */
  readonly reason: string | null;
  readonly message: string;
  readonly remedy: string | null;
}

/**
 * Explains the announcement at layer 2 of an address that a Service holds by the rules. Undefined where only BGP is asked
 * for.
 */
export function explainAnnouncement(
  service: string,
  address: string,
  situation: Situation,
): ExplainedAnnouncement | undefined {
  const plan = situation.planOf(service, address);
  const reason = plan?.reason ?? null;
  const isUnwanted = reason === 'NoAdvertisement' || situation.objects.advertisements.length === 0;
  const route = isUnwanted ? situation.routeOf(service, address) : undefined;
  if (route !== undefined && route.reason !== 'NoAdvertisement') return undefined;
  return {
    address,
    owner: plan?.owner ?? null,
    reason,
    message: plan?.message ?? 'nobody holds the address',
    remedy: reason === null ? null : remedyOf(reason),
    reported: reportedRoles(service, address, situation),
    nodes: plan === undefined ? [] : explainedNodes(plan),
  };
}

function remedyOf(reason: NonNullable<AnnouncementPlan['reason']>): string | null {
  return reason === 'InterfacesUnknown' ? WITHHELD_REASONS[reason].remedy : ANNOUNCED_REASONS[reason].remedy;
}

function explainedNodes(plan: AnnouncementPlan): readonly ExplainedNode[] {
  const ranked = plan.ranked.map(({ node, interfaces }, place): ExplainedNode => {
    const bar = whyNot(plan, node);
    const role = place === 0 ? 'Owner' : place < 3 ? 'Standby' : null;
    const message = bar === undefined ? `announces it on ${interfaces.join(', ')}` : bar.detail;
    return { node, role, reason: bar?.reason ?? null, message, remedy: null };
  });
  const rest = plan.withheld.map(({ node, reason, detail }): ExplainedNode => {
    return { node, role: null, reason, message: detail, remedy: WITHHELD_REASONS[reason].remedy };
  });
  return [...ranked, ...rest];
}

function reportedRoles(service: string, address: string, situation: Situation): readonly ReportedRole[] {
  const isKept = (withheld: readonly SpeakerWithheld[] = []) =>
    withheld.some((each) => each.reason === KEPT && each.examples.includes(`${address} ${service}`));
  return situation.objects.speakers.flatMap(({ metadata, status }) =>
    (status?.l2 ?? [])
      .filter((entry) => entry.service === service && entry.address === address)
      .map((entry) => ({
        node: metadata.name,
        interface: entry.interface,
        role: entry.role,
        since: entry.since ?? null,
        isSilent: situation.lifeOf(metadata.name) === 'Silent',
        reason: entry.role === 'Owner' && isKept(status?.withheld) ? KEPT : null,
      })),
  );
}

/** The machines that are none of ours and were heard to answer for an address of late, whether or not it is announced. */
export function strangersAt(address: string, situation: Situation): readonly Finding[] {
  return [...(situation.reports.conflictsOf(address) ?? [])]
    .filter(([node]) => situation.lifeOf(node) !== 'Silent')
    .map(([node, mac]) => {
      const message = `${mac}, which is none of our machines, answers for ${address} on the network of node ${node}`;
      return finding(WITHHELD_REASONS, 'AddressConflict', message);
    });
}

/** What the condition `berth.dev/Announced` should say now. Undefined while that cannot be told. */
export function announcedNow(
  service: string,
  addresses: readonly string[],
  situation: Situation,
): AnnouncedVerdict | undefined {
  return announcedVerdict({
    addresses,
    reports: situation.reports.of(service),
    conflictsOf: (address) => situation.reports.conflictsOf(address),
    lifeOf: (node) => situation.lifeOf(node),
    planOf: (address) => situation.planOf(service, address),
    advertisedOf: (address) => situation.advertisedOf(service, address),
  });
}
