import { PoolTable } from '../allocator/pool-table.ts';
import type { Request } from '../allocator/request.ts';
import type { IPAddressPool } from '../api/ip-address-pool.ts';
import { publishedAddresses } from '../api/load-balancer.ts';
import { keyOf, keyText } from '../api/object.ts';
import { ADDRESS_FINDINGS, type AddressFinding } from '../api/reasons/explanation.ts';
import { type Address, formatAddress, includesAddress } from '../ip/address.ts';
import { configurationOf } from './configuration.ts';
import type { AddressDetails, Explanation, ListingPool } from './explanation.ts';
import { besides, type Finding, finding } from './finding.ts';
import { explainAnnouncement, strangersAt } from './service-announcements.ts';
import { explainRoute } from './service-routes.ts';
import type { Situation } from './situation.ts';
import { listsAddress, withheldBy } from './withheld-address.ts';

/** Explains an address: whose it is, and whether it would be given to anybody. */
export function explainAddress(address: Address, situation: Situation): Explanation {
  const text = formatAddress(address);
  const { objects } = situation;
  const table = new PoolTable(configurationOf(objects, objects.pools, situation.reserved));
  const listing = objects.pools.filter((pool) => listsAddress(pool, address));
  const owner = table.poolOf(address);
  const ours = situation.holdersOf(text);
  const isOffered = owner?.offered.has(address) ?? false;
  const withheld = withheldBy(address, listing, objects, situation.reserved);
  const isOpen = owner !== undefined && !owner.disabled;
  const others = otherHolders(address, situation);
  const holders = ours.length > 0 ? ours : others.map(({ key }) => key);
  const isFree = holders.length === 0;
  const details: AddressDetails = {
    pools: listingPools(listing, owner?.name, situation),
    holders,
    shownBy: shownBy(address, holders, situation),
    withheldBy: withheld,
    wouldBeGiven: isOpen && isOffered && isFree,
    isAutoAssigned: isOpen && isOffered && isFree && owner.autoAssign,
    announcements: ours.flatMap((holder) => explainAnnouncement(holder, text, situation) ?? []),
    routes: ours.flatMap((holder) => explainRoute(holder, text, situation) ?? []),
  };
  const strangers = ours.length > 0 ? strangersAt(text, situation) : [];
  const whose = ours.length > 0 ? heldBy(ours, owner?.name, isOffered) : summaryOf(details, others);
  const summary = strangers[0] ?? whose;
  return {
    apiVersion: 'berth.dev/v1beta1',
    kind: 'Explanation',
    object: { kind: 'Address', namespace: null, name: text },
    summary,
    findings: besides(summary, [...strangers, whose, ...findingsOf(details)]),
    notChecked: situation.unread,
    address: details,
  };
}

function listingPools(
  listing: readonly IPAddressPool[],
  owner: string | undefined,
  { allocator }: Situation,
): readonly ListingPool[] {
  const reports = new Map(allocator.poolReports().map((report) => [report.name, report]));
  return listing
    .map(({ metadata, spec }) => {
      const report = reports.get(metadata.name);
      const ready = report?.ready ?? false;
      const closed = ready ? (spec.disabled ? 'it is disabled' : null) : `${report?.reason}: ${report?.message}`;
      return { pool: metadata.name, ready, message: closed };
    })
    .sort((a, b) => Number(b.pool === owner) - Number(a.pool === owner) || (a.pool < b.pool ? -1 : 1));
}

function shownBy(address: Address, holders: readonly string[], { objects }: Situation): readonly string[] {
  return objects.services
    .filter((service) => includesAddress(publishedAddresses(service), address))
    .map((service) => keyText(keyOf(service)))
    .filter((key) => !holders.includes(key))
    .sort();
}

type OtherHolder = Pick<Request, 'key' | 'otherClass'>;

/** Services of other classes that publish it, with the class: nobody of ours is given it meanwhile. */
function otherHolders(address: Address, { allocator }: Situation): readonly OtherHolder[] {
  return [...allocator.others()]
    .filter(({ published }) => includesAddress(published, address))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

function heldBy(holders: readonly string[], pool: string | undefined, isOffered: boolean): Finding {
  const who = holders.join(' and ');
  const [reason, message]: [AddressFinding, string] = !isOffered
    ? ['Retained', `${who} keeps it, and no pool offers it any more`]
    : holders.length > 1
      ? ['Shared', `${who} hold it together, from pool ${pool}`]
      : ['Held', `${who} holds it, from pool ${pool}`];
  return finding(ADDRESS_FINDINGS, reason, message, true);
}

function summaryOf({ pools, withheldBy, isAutoAssigned }: AddressDetails, others: readonly OtherHolder[]): Finding {
  const say = (reason: AddressFinding, message?: string, ok = false) => finding(ADDRESS_FINDINGS, reason, message, ok);
  if (others.length > 0) {
    const who = others.map(({ key, otherClass }) => `${key} (${otherClass})`).join(' and ');
    return say('Held', `${who} shows it, and is served by something else`, true);
  }
  const [first] = pools;
  const [withheld] = withheldBy;
  if (withheld !== undefined) {
    return say(withheld.reason, `withheld by ${withheld.by}${first === undefined ? ', and in no pool' : ''}`);
  }
  if (first === undefined) return say('NotInAnyPool');
  if (first.message !== null) return say('PoolClosed', `pool ${first.pool} lists it: ${first.message}`);
  const who = isAutoAssigned ? 'any Service that pool' : 'a Service that names it or its pool, and that pool';
  return say('Available', `free: ${who} ${first.pool} serves may get it`, true);
}

function findingsOf({ withheldBy, holders, shownBy, pools }: AddressDetails): readonly Finding[] {
  const withheld = holders.length > 0 ? withheldBy : withheldBy.slice(1);
  const shown = shownBy.map((service) =>
    finding(ADDRESS_FINDINGS, 'Held', `the status of ${service} shows it too, though by the rules it does not hold it`),
  );
  const closed = holders.length > 0 ? pools.filter(({ message }) => message !== null) : [];
  return [
    ...withheld.map(({ reason, by }) => finding(ADDRESS_FINDINGS, reason, `withheld by ${by}`)),
    ...shown,
    ...closed.map(({ pool, message }) => finding(ADDRESS_FINDINGS, 'PoolClosed', `pool ${pool} lists it: ${message}`)),
  ];
}
