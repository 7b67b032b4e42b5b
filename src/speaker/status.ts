import type { SpeakerReport, SpeakerWithheld } from '../api/speaker-status.ts';
import type { NetworkInterface } from '../os/interfaces.ts';
import type { Duties, Withheld } from './duties.ts';
import type { WireState } from './wire-messages.ts';

/** Most examples for one reason, so that the object stays small with 10,000 addresses. */
const EXAMPLES = 20;

/** What the wire does about one address, in the form of the status. Times are RFC 3339. */
export interface WireFact {
  readonly state: WireState;
  /** When it came into this state. */
  readonly since: string;
  readonly lastAnswered?: string | undefined;
}

/** Everything that a status says. */
export interface StatusFacts {
  readonly interfaces: readonly NetworkInterface[];
  readonly duties: Duties;
  /** By address. */
  readonly wire: ReadonlyMap<string, WireFact>;
  readonly conflicts: readonly { readonly address: string; readonly mac: string; readonly seen: string }[];
  /** Those of BGP, by the names of their peers. */
  readonly sessions?: SpeakerReport['sessions'];
}

/** The report in the node's SpeakerStatus. Equal facts give equal reports. */
export function buildReport({ interfaces, duties, wire, conflicts, sessions = [] }: StatusFacts): SpeakerReport {
  const l2: NonNullable<SpeakerReport['l2']>[number][] = [];
  const withheld: Withheld[] = [...duties.withheld];
  for (const { address, services, interfaces } of duties.owned) {
    const fact = wire.get(address);
    const reason = fact && obstacle(fact.state);
    if (reason !== undefined) for (const service of services) withheld.push({ address, service, reason });
    if (fact?.state !== 'Answering') continue;
    const { since, lastAnswered } = fact;
    const times = lastAnswered === undefined ? { since } : { since, lastAnswered };
    for (const service of services) {
      for (const { name } of interfaces) l2.push({ address, service, interface: name, role: 'Owner', ...times });
    }
  }
  return {
    interfaces: interfaces.map(({ name, mac, up, addresses, gateways }) => ({
      name,
      mac,
      up,
      addresses: [...addresses],
      gateways: [...gateways],
    })),
    l2,
    withheld: countByReason(withheld),
    conflicts: conflicts.map(({ address, mac, seen }) => ({ address, mac, seen })),
    sessions: [...sessions],
  };
}

function obstacle(state: WireState): Withheld['reason'] | undefined {
  if (state === 'Conflict') return 'AddressConflict';
  return state === 'Deaf' ? 'InterfaceDown' : undefined;
}

function countByReason(withheld: readonly Withheld[]): SpeakerWithheld[] {
  const byReason = new Map<string, { count: number; examples: string[] }>();
  for (const { address, service, reason } of withheld) {
    const entry = byReason.get(reason) ?? { count: 0, examples: [] };
    byReason.set(reason, entry);
    entry.count += 1;
    if (entry.examples.length < EXAMPLES) entry.examples.push(`${address} ${service}`);
  }
  return [...byReason].sort(([a], [b]) => (a < b ? -1 : 1)).map(([reason, counted]) => ({ reason, ...counted }));
}

/** How much two reports differ. */
export type Difference =
  | 'None'
  /** Only in when something was last seen or done: worth a write now and then. */
  | 'Times'
  | 'Facts';

/** See {@link Difference}. */
export function differenceOf(before: SpeakerReport, after: SpeakerReport): Difference {
  if (JSON.stringify(before) === JSON.stringify(after)) return 'None';
  return JSON.stringify(before, withoutTimes) === JSON.stringify(after, withoutTimes) ? 'Times' : 'Facts';
}

function withoutTimes(key: string, value: unknown): unknown {
  // A peer that is out of reach is tried for ever: how far an attempt is tells nothing.
  if (key === 'sessions' && Array.isArray(value)) return value.map(withoutAttempt);
  return key === 'lastAnswered' || key === 'seen' || key === 'at' ? undefined : value;
}

function withoutAttempt(session: NonNullable<SpeakerReport['sessions']>[number]): object {
  return session.state === 'Established' ? session : { ...session, state: undefined, since: undefined };
}
