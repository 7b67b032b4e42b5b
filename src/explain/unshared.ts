import { type Request, requestOf } from '../allocator/request.ts';
import { sharingObstacle } from '../allocator/sharing.ts';
import type { Service } from '../api/kubernetes/service.ts';
import { closest } from '../api/near-miss.ts';
import { PASSED_OVER_REASONS } from '../api/reasons/reasons.ts';
import { type Address, formatAddress } from '../ip/address.ts';
import type { Situation } from './situation.ts';

/** A Service that holds an address and has a sharing key. */
interface Sharer {
  readonly service: Service;
  readonly request: Request;
  readonly address: Address;
  readonly pool: string | null;
}

/** Most holders that are named. */
const SHOWN = 5;

/**
 * With whom a Service that has a sharing key could not share an address, and why, for people. Null where it shares one,
 * names the one that it wants, or nobody is there with whom it could have meant to share.
 */
export function whyUnshared(service: Service, situation: Situation): string | null {
  const request = requestOf(service);
  const { key } = request.sharing;
  const verdict = situation.verdictOf(service);
  if (key === undefined || verdict === undefined || request.addresses.length > 0) return null;
  if (verdict.addresses.some((address) => situation.holdersOf(formatAddress(address)).length > 1)) return null;
  const sharers = sharersBut(request, situation);
  const alike = sharers.filter((sharer) => sharer.request.sharing.key === key);
  if (alike.length === 0) return otherKey(request, sharers);
  const near = alike.filter(({ request: { namespace } }) => namespace === request.namespace);
  const meant = near.length > 0 ? near : alike;
  const reasons = meant.map((sharer) => {
    const { address, request: other } = sharer;
    return `not ${formatAddress(address)} of ${other.key}: ${obstacleTo(service, request, sharer, situation)}`;
  });
  const more = reasons.length > SHOWN ? ` and ${reasons.length - SHOWN} more` : '';
  return `shares no address under its key "${key}": ${reasons.slice(0, SHOWN).join('; ')}${more}`;
}

function sharersBut({ key }: Request, situation: Situation): readonly Sharer[] {
  return situation.objects.services.flatMap((service) => {
    const verdict = situation.verdictOf(service);
    const [address] = verdict?.addresses ?? [];
    if (verdict === undefined || address === undefined || verdict.service === key) return [];
    const request = requestOf(service);
    return request.sharing.key === undefined ? [] : [{ service, request, address, pool: verdict.pool }];
  });
}

/** Whoever is the first with a key has misspelt it, or waits for the others. */
function otherKey({ namespace, sharing }: Request, sharers: readonly Sharer[]): string | null {
  const beside = sharers.filter(({ request }) => request.namespace === namespace);
  const near = closest(
    sharing.key ?? '',
    beside.map(({ request }) => request.sharing.key ?? ''),
  );
  const meant = beside.find(({ request }) => near !== undefined && request.sharing.key === near);
  if (meant === undefined) return null;
  return `no other holder has its key "${sharing.key}": ${meant.request.key} has "${near}", is that meant?`;
}

function obstacleTo(service: Service, request: Request, sharer: Sharer, situation: Situation): string {
  const { address, pool } = sharer;
  const across = (pool === null ? undefined : situation.poolOf(pool)?.spec.sharing) ?? 'Namespace';
  const own = obstacleBetween(service, request, sharer.service, sharer.request, across);
  if (own !== null) return own;
  for (const key of situation.holdersOf(formatAddress(address))) {
    const other = situation.serviceOf(key);
    const theirs = other && obstacleBetween(service, request, other, requestOf(other), across);
    if (theirs) return `${key} holds it too, and ${theirs}`;
  }
  return closedTo(request, sharer, situation) ?? 'it could, and holds or found another address first';
}

function obstacleBetween(
  service: Service,
  { sharing }: Request,
  other: Service,
  { sharing: theirs }: Request,
  across: 'Namespace' | 'Cluster',
): string | null {
  const obstacle = sharingObstacle(sharing, theirs, across);
  const isOfBackend =
    obstacle !== null && sharingObstacle({ ...sharing, backend: '' }, { ...theirs, backend: '' }, across) !== obstacle;
  if (!isOfBackend) return obstacle;
  const [own = 'Cluster', their = 'Cluster'] = [service, other].map(({ spec }) => spec?.externalTrafficPolicy);
  return own === their
    ? 'both have externalTrafficPolicy Local, and they select different pods'
    : `it has externalTrafficPolicy ${their}, and this Service ${own}`;
}

/** Why the pool of an address gives it to this Service in no case. */
function closedTo(request: Request, { address, pool }: Sharer, situation: Situation): string | null {
  if (pool === null) return 'no pool has that address any more';
  if (!request.families.families.includes(address.family))
    return `it asks for ${request.families.families.join(' and ')}`;
  if (request.pool !== undefined && request.pool !== pool) return `it asks for pool ${request.pool}`;
  const reason = situation.allocator.survey(request.key)?.pools.find((each) => each.pool === pool)?.reason ?? null;
  if (reason === null || reason === 'Full') return null;
  const { meaning } = PASSED_OVER_REASONS[reason];
  return `it is of pool ${pool}: ${meaning.charAt(0).toLowerCase()}${meaning.slice(1).replace(/\.$/, '')}`;
}
