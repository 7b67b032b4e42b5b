import type { SpeakerReport, SpeakerStatus } from '../api/speaker-status.ts';
import { canonicalAddress } from './holders.ts';

/** What one node's speaker reports of one Service. */
export interface ServiceReport {
  /** The addresses that it answers for as owner, one entry an interface. */
  readonly owned: readonly OwnedAddress[];
  /** Addresses that it names among those it does not announce at layer 2, with the reason. */
  readonly withheld: readonly { readonly address: string; readonly reason: string }[];
}

/** An address that a node answers for, in the text form of RFC 5952. */
export type OwnedAddress = Pick<
  NonNullable<SpeakerReport['l2']>[number],
  'address' | 'interface' | 'since' | 'witness'
>;

/** What differs between two reports of a speaker. */
export interface ReportChange {
  /** Services, as `namespace/name`. */
  readonly services: ReadonlySet<string>;
  /** Addresses on which strangers were seen, or no longer. */
  readonly addresses: ReadonlySet<string>;
}

interface NodeReports {
  readonly services: ReadonlyMap<string, ServiceReport>;
  /** The MAC address of the stranger, by address. */
  readonly conflicts: ReadonlyMap<string, string>;
  /** Whether it answers for more addresses than it can list. */
  readonly isCrowded: boolean;
}

const NOTHING: NodeReports = { services: new Map(), conflicts: new Map(), isCrowded: false };
const NOBODY: ReadonlyMap<string, ServiceReport> = new Map();

/** What all speakers report, by Service, and what changes in that when one of them reports again. */
export class SpeakerReports {
  readonly #byNode = new Map<string, NodeReports>();
  readonly #byService = new Map<string, Map<string, ServiceReport>>();
  readonly #conflicts = new Map<string, Map<string, string>>();

  put(speaker: SpeakerStatus): ReportChange {
    const { name } = speaker.metadata;
    return this.#replace(name, reportsOf(speaker, this.#byNode.get(name) ?? NOTHING));
  }

  remove(node: string): ReportChange {
    const change = this.#replace(node, NOTHING);
    this.#byNode.delete(node);
    return change;
  }

  /** The reports on a Service that say something of it, by node. */
  of(service: string): ReadonlyMap<string, ServiceReport> {
    return this.#byService.get(service) ?? NOBODY;
  }

  /** The Services that a node reports to announce or to withhold by name. */
  servicesOf(node: string): Iterable<string> {
    return this.#byNode.get(node)?.services.keys() ?? [];
  }

  /** Whether a node answers for more addresses than its report lists. */
  isCrowded(node: string): boolean {
    return this.#byNode.get(node)?.isCrowded ?? false;
  }

  /** The strangers that answer for an address: MAC addresses by the node that saw them. */
  conflictsOf(address: string): ReadonlyMap<string, string> | undefined {
    return this.#conflicts.get(address);
  }

  #replace(node: string, after: NodeReports): ReportChange {
    const before = this.#byNode.get(node) ?? NOTHING;
    this.#byNode.set(node, after);
    const services = differing(before.services, after.services, sameReport);
    const addresses = differing(before.conflicts, after.conflicts, (a, b) => a === b);
    for (const service of services) place(this.#byService, service, node, after.services.get(service));
    for (const address of addresses) place(this.#conflicts, address, node, after.conflicts.get(address));
    return { services, addresses };
  }
}

/** @param former what the node reported before: most of it is as it was, and an address costs more to parse than to find */
function reportsOf({ status }: SpeakerStatus, former: NodeReports): NodeReports {
  const services = new Map<string, { owned: OwnedAddress[]; withheld: { address: string; reason: string }[] }>();
  const entry = (service: string) => {
    const known = services.get(service) ?? { owned: [], withheld: [] };
    services.set(service, known);
    return known;
  };
  for (const { address: text, service, interface: name, role, since, witness } of status?.l2 ?? []) {
    if (role !== 'Owner') continue;
    const isKnown = former.services.get(service)?.owned.some((owned) => owned.address === text);
    const address = isKnown ? text : canonicalAddress(text);
    if (address === undefined) continue;
    entry(service).owned.push({ address, interface: name, since, witness });
  }
  for (const { reason, examples, protocol } of status?.withheld ?? []) {
    if (reason === 'NotOwner' || protocol === 'bgp') continue;
    for (const example of examples) {
      const [text = '', service] = example.split(' ');
      const address = canonicalAddress(text);
      if (address !== undefined && service !== undefined) entry(service).withheld.push({ address, reason });
    }
  }
  const conflicts = new Map<string, string>();
  for (const { address, mac } of status?.conflicts ?? []) conflicts.set(canonicalAddress(address) ?? address, mac);
  return { services, conflicts, isCrowded: (status?.unlisted ?? 0) > 0 };
}

function sameReport(a: ServiceReport, b: ServiceReport): boolean {
  return (
    a.owned.length === b.owned.length &&
    a.withheld.length === b.withheld.length &&
    a.owned.every((entry, index) => sameOwned(entry, b.owned[index])) &&
    a.withheld.every(({ address, reason }, index) => {
      const other = b.withheld[index];
      return address === other?.address && reason === other.reason;
    })
  );
}

function sameOwned(a: OwnedAddress, b: OwnedAddress | undefined): boolean {
  return a.address === b?.address && a.interface === b.interface && a.since === b.since && a.witness === b.witness;
}

function differing<V>(
  before: ReadonlyMap<string, V>,
  after: ReadonlyMap<string, V>,
  same: (a: V, b: V) => boolean,
): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const [key, value] of after) {
    const former = before.get(key);
    if (former === undefined || !same(former, value)) keys.add(key);
  }
  for (const key of before.keys()) if (!after.has(key)) keys.add(key);
  return keys;
}

function place<V>(table: Map<string, Map<string, V>>, key: string, node: string, value: V | undefined): void {
  const byNode = table.get(key) ?? new Map<string, V>();
  if (value === undefined) byNode.delete(node);
  else byNode.set(node, value);
  if (byNode.size === 0) table.delete(key);
  else table.set(key, byNode);
}
