import type { Service } from '../../api/kubernetes/service.ts';
import { publishedAddresses } from '../../api/load-balancer.ts';
import { keyOf, keyText } from '../../api/object.ts';
import { nodeOfLease } from '../../api/speaker-lease.ts';
import { lifeSign } from '../../explain/life-sign.ts';
import { formatAddress } from '../../ip/address.ts';
import { poolLookup } from '../../speaker/plan/pools.ts';
import { ageText } from '../age.ts';
import type { Resource } from './resource.ts';
import { RESOURCE_NAMES } from './resource-names.ts';
import { allocated, announced } from './services.ts';
import type { View } from './view.ts';
import { mostTelling, type WithheldBy, withheldByAddress } from './withheld.ts';

/** One address that a Service holds, with one node that answers for it or stands by; null where there is none. */
export interface AddressRow {
  readonly address: string;
  /** `namespace/name`. */
  readonly service: string;
  readonly namespace: string | null;
  readonly pool: string | null;
  readonly node: string | null;
  readonly interface: string | null;
  readonly mac: string | null;
  /** `Owner`, `Caretaker` or `Standby`, as the node's speaker reports it; `Silent` where it has stopped reporting. */
  readonly role: string | null;
  /** RFC 3339. */
  readonly since: string | null;
  /** A node with more than 1,000 addresses does not report it. */
  readonly lastAnswered: string | null;
  /**
   * Where no node answers and the Service is not announced, the most telling reason that the speakers give; else that of
   * the Service's condition `berth.dev/Announced`, else of `berth.dev/Allocated`.
   */
  readonly reason: string | null;
  /** Where no node answers, why each node does not, as far as its speaker reports it: it names few addresses a reason. */
  readonly withheld: readonly WithheldBy[];
}

/** `get addresses`: which address is whose, and which node answers for it. */
export const ADDRESSES: Resource<AddressRow> = {
  names: RESOURCE_NAMES.addresses,
  reads: ['services', 'pools', 'speakers', 'leases'],
  optional: ['pools'],
  scope: 'AllNamespaces',
  rows,
  nameOf: (row) => row.address,
  keyOf: (row) => [row.address, row.service, row.node, row.interface].join(' '),
  namespaceOf: (row) => row.namespace ?? undefined,
  state: ({ lastAnswered: _, ...row }) => row,
  item: (row) => row,
  columns: (now) => [
    { header: 'ADDRESS', cell: (row) => row.address },
    { header: 'SERVICE', cell: (row) => row.service },
    { header: 'POOL', cell: (row) => row.pool ?? undefined },
    { header: 'NODE', cell: (row) => row.node ?? undefined },
    { header: 'INTERFACE', cell: (row) => row.interface ?? undefined },
    { header: 'ROLE', cell: (row) => row.role ?? undefined },
    { header: 'SINCE', cell: (row) => (row.since === null ? undefined : ageText(row.since, now())) },
    { header: 'REASON', cell: (row) => row.reason ?? undefined },
    { header: 'MAC', wide: true, cell: (row) => row.mac ?? undefined },
    { header: 'ANSWERED', wide: true, cell: (row) => answeredText(row, now()) },
    {
      header: 'WITHHELD',
      wide: true,
      cell: (row) => row.withheld.map(({ node, reason }) => `${node}:${reason}`).join(','),
    },
  ],
};

function rows(view: View, now: Date): readonly AddressRow[] {
  const poolOf = poolLookup(view.pools);
  const answering = answeringNodes(view, now);
  const withheld = withheldByAddress(view.speakers.filter(({ metadata }) => !isSilent(view, metadata.name, now)));
  return view.services.flatMap((service) =>
    publishedAddresses(service).flatMap((parsed): AddressRow[] => {
      const address = formatAddress(parsed);
      const row = { ...NOBODY, ...ofService(service), address, pool: poolOf(parsed)?.name ?? null, withheld: [] };
      const key = `${address} ${row.service}`;
      const nodes = answering.get(key) ?? [];
      // The condition speaks of all addresses of the Service; this one lacks nothing where a node owns it.
      const isOwned = nodes.some(({ role }) => role === 'Owner');
      const reason = isOwned && row.reason === 'PartlyAnnounced' ? 'Announced' : row.reason;
      if (nodes.length > 0) return nodes.map((node) => ({ ...row, ...node, reason }));
      const reasons = withheld.get(key) ?? [];
      // Routers may have it all the same, from other nodes than those that withhold it.
      const isAnnounced = row.reason === 'Announced';
      return [{ ...row, withheld: reasons, reason: isAnnounced ? row.reason : (mostTelling(reasons) ?? row.reason) }];
    }),
  );
}

function ofService(service: Service): Pick<AddressRow, 'service' | 'namespace' | 'reason'> {
  return {
    service: keyText(keyOf(service)),
    namespace: service.metadata.namespace ?? null,
    reason: (announced(service) ?? allocated(service))?.reason ?? null,
  };
}

type Answering = Pick<AddressRow, 'node' | 'interface' | 'mac' | 'role' | 'since' | 'lastAnswered'>;

const NOBODY: Answering = { node: null, interface: null, mac: null, role: null, since: null, lastAnswered: null };

const ROLE_ORDER = ['Owner', 'Caretaker', 'Standby', 'Silent'];

function isSilent({ leases }: View, node: string, now: Date): boolean {
  return (
    lifeSign(
      leases.find((lease) => nodeOfLease(lease) === node),
      now,
    ) === 'False'
  );
}

/** What the speakers report of each address and Service: by role, and the latest to take it first. */
function answeringNodes({ speakers, leases }: View, now: Date): ReadonlyMap<string, readonly Answering[]> {
  const nodes = new Map<string, Answering[]>();
  const leaseOf = new Map(leases.map((lease) => [nodeOfLease(lease), lease]));
  for (const speaker of speakers) {
    const silent = lifeSign(leaseOf.get(speaker.metadata.name), now) === 'False';
    const macs = new Map((speaker.status?.interfaces ?? []).map(({ name, mac }) => [name, mac]));
    for (const entry of speaker.status?.l2 ?? []) {
      const key = `${entry.address} ${entry.service}`;
      const reports = nodes.get(key) ?? [];
      nodes.set(key, reports);
      reports.push({
        node: speaker.metadata.name,
        interface: entry.interface,
        mac: macs.get(entry.interface) ?? null,
        role: silent ? 'Silent' : entry.role,
        since: entry.since ?? null,
        lastAnswered: entry.lastAnswered ?? null,
      });
    }
  }
  for (const reports of nodes.values()) silenceFormer(reports, (node) => leaseOf.get(node)?.spec?.renewTime);
  for (const reports of nodes.values()) reports.sort((a, b) => rankOf(a) - rankOf(b) || sinceOf(b) - sinceOf(a));
  return nodes;
}

/**
 * An owner that gave no sign of life since another took the address over is none any more, whatever its last report says:
 * its Lease runs out later. Two that both live stay, as they are at odds.
 */
function silenceFormer(reports: Answering[], renewedAt: (node: string) => string | undefined): void {
  const latest = Math.max(...reports.filter(({ role }) => role === 'Owner').map(sinceOf));
  for (const [index, report] of reports.entries()) {
    const renewed = Date.parse(renewedAt(report.node ?? '') ?? '');
    const isFormer = report.role === 'Owner' && sinceOf(report) < latest && renewed < latest;
    if (isFormer) reports[index] = { ...report, role: 'Silent' };
  }
}

function rankOf(report: Answering): number {
  return ROLE_ORDER.indexOf(report.role ?? '');
}

function sinceOf(report: Answering): number {
  return Date.parse(report.since ?? '') || 0;
}

function answeredText(row: AddressRow, now: Date): string | undefined {
  return row.lastAnswered === null ? undefined : `${ageText(row.lastAnswered, now)} ago`;
}
