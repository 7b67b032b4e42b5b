import { sessionBar } from '../../announcement/bgp/session-bar.ts';
import type { SpeakerReport, SpeakerWithheld } from '../../api/speaker-status.ts';
import type { NetworkInterface } from '../../os/interfaces.ts';
import type { Duties, Duty, Withheld } from '../plan/duties.ts';
import type { WireFact } from '../wire-thread/view.ts';
import { fitting } from './size.ts';

/** Most examples for one reason, so that the object stays small with 10,000 addresses. */
const EXAMPLES = 20;
/** Most addresses that a node stands by for that are listed, for the same reason; with more, none is. */
export const MOST_STANDBYS = 500;
/** The owner and those that stand by for it. */
const IN_LINE = 3;

/** Everything that a status says. */
export interface StatusFacts {
  readonly node: string;
  readonly interfaces: readonly NetworkInterface[];
  readonly duties: Duties;
  /** What the wire does about an address, by interface. */
  factsOf(address: string): ReadonlyMap<string, WireFact>;
  readonly conflicts: readonly { readonly address: string; readonly mac: string; readonly seen: string }[];
  /** Those of BGP, by the names of their peers. */
  readonly sessions?: SpeakerReport['sessions'];
  /** Since when packets end their TTL here while the node advertises over BGP. */
  readonly bouncingSince?: string | undefined;
  /** What is withheld from all BGP peers, what a peer is to be told, and whether a BGPAdvertisement covers an address of a Service. */
  readonly routes?: {
    withheld(): readonly Withheld[];
    plannedFor(peer: string): readonly Omit<Withheld, 'reason'>[];
    isCovered(service: string, address: string): boolean;
  };
}

type L2Entry = NonNullable<SpeakerReport['l2']>[number];

/** The report in the node's SpeakerStatus. Equal facts give equal reports. */
export function buildReport({
  node,
  interfaces,
  duties,
  factsOf,
  conflicts,
  sessions = [],
  bouncingSince,
  routes,
}: StatusFacts): SpeakerReport {
  const l2 = duties.duties.flatMap((duty) => entriesOf(duty, node, factsOf(duty.planned.address)));
  const standbys = l2.filter(({ role }) => role === 'Standby').length;
  return fitting({
    interfaces: interfacesIn(interfaces),
    l2: standbys > MOST_STANDBYS ? l2.filter(({ role }) => role !== 'Standby') : l2,
    withheld: [
      ...countByReason(withheldOf(duties, factsOf).filter((each) => !isElsewhere(each, routes))),
      ...countByReason(routes?.withheld() ?? []).map((each) => ({ ...each, protocol: 'bgp' as const })),
      ...unsaid(sessions, routes),
    ],
    conflicts: conflicts.map(({ address, mac, seen }) => ({ address, mac, seen })),
    sessions: [...sessions],
    ...(bouncingSince && { bouncing: { since: bouncingSince } }),
  });
}

/** Interfaces as a report lists them. */
export function interfacesIn(interfaces: readonly NetworkInterface[]): SpeakerReport['interfaces'] {
  return interfaces.map(({ name, mac, up, addresses, gateways }) => {
    return { name, mac, up, addresses: [...addresses], gateways: [...gateways] };
  });
}

function entriesOf(
  { planned, services, segment }: Duty,
  node: string,
  facts: ReadonlyMap<string, WireFact>,
): L2Entry[] {
  const { address, candidates } = planned;
  const { name } = segment.interface;
  const fact = facts.get(name);
  const place = candidates.indexOf(node);
  if (fact === undefined) return [];
  const { role, since, lastAnswered, witness } = fact;
  const isInLine = place >= 0 && place < IN_LINE;
  if (role !== 'Owner' && role !== 'Caretaker' && !(role === 'Standby' && isInLine)) return [];
  const seen = { since, ...(lastAnswered && { lastAnswered }), ...(witness && { witness }) };
  return services.map((service) => ({ address, service, interface: name, role, ...seen }));
}

/** What the wire says counts for more than what the plan does. */
function withheldOf({ duties, withheld }: Duties, factsOf: StatusFacts['factsOf']): readonly Withheld[] {
  const obstacles = duties.flatMap(({ planned: { address }, services }): Withheld[] => {
    const reason = [...factsOf(address).values()].map(obstacle).find((each) => each !== undefined);
    return reason === undefined ? [] : services.map((service) => ({ address, service, reason }));
  });
  const hindered = new Set(obstacles.map(({ address }) => address));
  const told = new Set(withheld.map(({ address, service }) => `${address} ${service}`));
  // First in line, and another has it: it keeps it until its time comes.
  const waiting = duties.flatMap(({ planned: { address }, services }): Withheld[] => {
    const roles = [...factsOf(address).values()].map(({ role }) => role);
    if (roles.length === 0 || roles.some((role) => role !== 'Standby')) return [];
    const untold = services.filter((service) => !told.has(`${address} ${service}`));
    return untold.map((service) => ({ address, service, reason: 'NotOwner' }));
  });
  const answers = (address: string) => [...factsOf(address).values()].some(({ role }) => role === 'Owner');
  return [...withheld.filter(({ address }) => !hindered.has(address) && !answers(address)), ...waiting, ...obstacles];
}

/** What is to be said over sessions that are not there, or do not carry it. */
function unsaid(sessions: NonNullable<StatusFacts['sessions']>, routes: StatusFacts['routes']): SpeakerWithheld[] {
  return sessions.flatMap((session) => {
    const { peer, state, notCarried, oversized } = session;
    const isUp = state === 'Established';
    if (isUp && notCarried === undefined && oversized === undefined) return [];
    const planned = routes?.plannedFor(peer) ?? [];
    const untold = planned.flatMap((each) => {
      const reason = isUp ? sessionBar(session, each.address)?.reason : 'SessionDown';
      return reason === undefined ? [] : [{ ...each, reason }];
    });
    return countByReason(untold).map((each) => {
      // Of what does not fit, the session gives examples.
      const count = each.reason === 'AttributesTooLong' ? Math.max(each.count, oversized?.count ?? 0) : each.count;
      return { ...each, count, protocol: 'bgp' as const, peer };
    });
  });
}

/** Not meant for layer 2 at all: BGP is to advertise it. */
function isElsewhere({ reason, service, address }: Withheld, routes: StatusFacts['routes']): boolean {
  return reason === 'NoAdvertisement' && routes?.isCovered(service, address) === true;
}

function obstacle({ role, cause }: WireFact): Withheld['reason'] | undefined {
  if (role === 'Owner' && cause === 'MovedTooOften') return 'MovedTooOften';
  if (role === 'Conflict') return 'AddressConflict';
  return role === 'Held' && cause === 'CarrierLost' ? 'InterfaceDown' : undefined;
}

function countByReason(
  withheld: readonly (Omit<Withheld, 'reason'> & { readonly reason: string })[],
): SpeakerWithheld[] {
  const byReason = new Map<string, { count: number; examples: string[] }>();
  for (const { address, service, reason } of withheld) {
    const entry = byReason.get(reason) ?? { count: 0, examples: [] };
    byReason.set(reason, entry);
    entry.count += 1;
    if (entry.examples.length < EXAMPLES) entry.examples.push(`${address} ${service}`);
  }
  return [...byReason].sort(([a], [b]) => (a < b ? -1 : 1)).map(([reason, counted]) => ({ reason, ...counted }));
}
