import type { Lease } from '../../api/kubernetes/lease.ts';
import { nodeOfLease } from '../../api/speaker-lease.ts';
import type { SpeakerReport, SpeakerStatus } from '../../api/speaker-status.ts';
import { type LifeSign, lifeSign } from '../../explain/life-sign.ts';
import { ageText } from '../age.ts';
import type { Resource } from './resource.ts';
import { RESOURCE_NAMES } from './resource-names.ts';

/** A node's speaker and the Lease that says when it last gave a sign of life. */
export interface SpeakerRow {
  readonly speaker: SpeakerStatus;
  readonly lease: Lease | undefined;
  readonly alive: LifeSign;
}

/** `get speakers`: which nodes speak, through what, and for how many addresses. */
export const SPEAKERS: Resource<SpeakerRow> = {
  names: RESOURCE_NAMES.speakers,
  reads: ['speakers', 'leases'],
  scope: 'Cluster',
  rows: (view, now) => {
    const leases = new Map(view.leases.map((lease) => [nodeOfLease(lease), lease]));
    return view.speakers.map((speaker) => {
      const lease = leases.get(speaker.metadata.name);
      return { speaker, lease, alive: lifeSign(lease, now) };
    });
  },
  nameOf: ({ speaker }) => speaker.metadata.name,
  keyOf: ({ speaker }) => speaker.metadata.name,
  namespaceOf: () => undefined,
  state: ({ speaker, alive }) => [speaker, alive],
  item: ({ speaker }) => speaker,
  columns: (now) => [
    { header: 'NODE', cell: ({ speaker }) => speaker.metadata.name },
    { header: 'ALIVE', cell: ({ alive }) => alive },
    { header: 'SEEN', cell: ({ lease }) => ageText(lease?.spec?.renewTime, now()) },
    { header: 'INTERFACES', cell: (row) => interfaceNames(report(row)) },
    { header: 'ADDRESSES', cell: (row) => addressCount(report(row)) },
    { header: 'STANDBY', wide: true, cell: (row) => roleCount(report(row), 'Standby') },
    { header: 'WITHHELD', wide: true, cell: (row) => withheld(report(row)) },
    {
      header: 'CONFLICTS',
      wide: true,
      cell: (row) =>
        report(row)
          .conflicts?.map(({ address }) => address)
          .join(','),
    },
    { header: 'SUBNETS', wide: true, cell: (row) => subnets(report(row)) },
    { header: 'MACS', wide: true, cell: (row) => macs(report(row)) },
  ],
};

function report({ speaker }: SpeakerRow): SpeakerReport {
  return speaker.status ?? {};
}

function interfaceNames({ interfaces = [] }: SpeakerReport): string {
  return interfaces.map(({ name, up }) => (up ? name : `${name}(down)`)).join(',');
}

/** With those that the report has no room for. */
function addressCount({ unlisted = 0, ...rest }: SpeakerReport): string {
  const listed = roleCount(rest, 'Owner');
  return unlisted === 0 ? String(listed) : `${listed}+${unlisted}`;
}

function roleCount({ l2 = [] }: SpeakerReport, wanted: string): number {
  return l2.filter(({ role }) => role === wanted).length;
}

function withheld({ withheld = [] }: SpeakerReport): string {
  return withheld.map(({ reason, count }) => `${reason}:${count}`).join(',');
}

/** As `berth probe` names those that answer. */
function macs({ interfaces = [] }: SpeakerReport): string {
  return interfaces.map(({ name, mac }) => `${name}=${mac}`).join(',');
}

function subnets({ interfaces = [] }: SpeakerReport): string {
  return interfaces.flatMap(({ addresses }) => addresses).join(',');
}
