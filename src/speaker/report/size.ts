import type { SpeakerReport } from '../../api/speaker-status.ts';

/** Most entries of `l2` with which a report tells when each address was last answered for: that alone is a write now and then. */
export const MOST_ANSWERED = 1_000;

/**
 * Most bytes that a report takes as JSON: etcd refuses requests of more than 1.5 MiB (`--max-request-bytes`), and the object
 * has its metadata besides.
 */
export const LARGEST_REPORT = 1_450_000;

/** More than any entry takes as JSON, bytes: up to so many need not be measured. */
const LONGEST_ENTRY = 700;

type Entry = NonNullable<SpeakerReport['l2']>[number];

const ROLES = ['Owner', 'Caretaker', 'Standby'] as const satisfies readonly Entry['role'][];

/** The report as the store takes it: in one of thousands of addresses, the first that fit, and how many do not. */
export function fitting(report: SpeakerReport, largest = LARGEST_REPORT): SpeakerReport {
  const { l2 = [], conflicts = [], ...rest } = report;
  const entries = l2.length > MOST_ANSWERED ? l2.map(withoutTimes) : l2;
  if ((entries.length + conflicts.length) * LONGEST_ENTRY <= largest) return { ...report, l2: entries };
  const forLists = largest - bytesOf(rest);
  const seen = firstOf(conflicts, forLists, bytesOf);
  const forEntries = forLists - seen.bytes;
  const all = firstOf(entries, forEntries, bytesOfEntry);
  if (all.list.length === entries.length) return { ...report, l2: entries, conflicts: seen.list };
  const { list } = firstOf([...entries].sort(byRole), forEntries, bytesOfEntry);
  const unlisted = answered(entries) - answered(list);
  return { ...report, l2: list, conflicts: seen.list, ...(unlisted > 0 && { unlisted }) };
}

/** The first of a list that take so many bytes at most. */
function firstOf<T>(
  list: readonly T[],
  most: number,
  bytesOfItem: (item: T) => number,
): { readonly list: readonly T[]; readonly bytes: number } {
  let bytes = 0;
  for (const [index, item] of list.entries()) {
    const next = bytes + bytesOfItem(item) + 1;
    if (next > most) return { list: list.slice(0, index), bytes };
    bytes = next;
  }
  return { list, bytes };
}

function withoutTimes({ address, service, interface: link, role, since, witness }: Entry): Entry {
  return { address, service, interface: link, role, since, ...(witness === undefined ? {} : { witness }) };
}

function answered(entries: readonly Entry[]): number {
  return entries.filter(({ role }) => role !== 'Standby').length;
}

function byRole(a: Entry, b: Entry): number {
  return ROLES.indexOf(a.role) - ROLES.indexOf(b.role);
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

const EMPTY = bytesOf({ address: '', service: '', interface: '', role: '', since: '' });
const ANSWERED = ',"lastAnswered":""'.length;
const WITNESS = ',"witness":""'.length;

/** As {@link bytesOf}, sooner: there may be thousands, and names of Kubernetes are ASCII. */
function bytesOfEntry({ address, service, interface: link, role, since, lastAnswered, witness }: Entry): number {
  const named = EMPTY + address.length + service.length + Buffer.byteLength(link) + role.length + since.length;
  const answered = lastAnswered === undefined ? 0 : ANSWERED + lastAnswered.length;
  return named + answered + (witness === undefined ? 0 : WITNESS + witness.length);
}
