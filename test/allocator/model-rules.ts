import type { IPFamily } from '../../src/ip/family.ts';
import { keyFor } from './builders.ts';
import type { ModelAddress, ModelPool, ModelService } from './model-objects.ts';

/** The pools that give out addresses, in the order in which they are tried. */
export function readyOf(pools: readonly ModelPool[]): readonly ModelPool[] {
  const ready: ModelPool[] = [];
  for (const pool of pools.toSorted(byPoolAge)) {
    const mine = listed(pool);
    if (pool.deleting || pool.broken || new Set(mine).size < mine.length) continue;
    if (!ready.some((older) => listed(older).some((address) => mine.includes(address)))) ready.push(pool);
  }
  const rank = ({ allocation }: ModelPool) => (allocation === undefined ? 2000 : allocation.priority || 1000);
  return ready.sort((a, b) => rank(a) - rank(b) || byName(a, b));
}

/** Every address of a pool, in the order in which it lists them. */
export function listed({ ranges }: Pick<ModelPool, 'ranges'>): readonly ModelAddress[] {
  return ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, n) => first + n));
}

/** Why a pool does not select the Service. */
export function unselected({ allocation }: ModelPool, service: ModelService): string | undefined {
  const { namespaces = [], apps = [] } = allocation ?? {};
  if (namespaces.length > 0 && !namespaces.includes(namespaceOf(service))) return 'NamespaceNotSelected';
  return apps.length > 0 && !apps.includes(service.app) ? 'ServiceNotSelected' : undefined;
}

/** Whether two Services would share an address by what they say themselves. */
export function mayShare(a: ModelService, b: ModelService): boolean {
  const portsApart = !a.ports.some((port) => b.ports.includes(port));
  if (a.other || b.other) return false;
  return a.key !== undefined && a.key === b.key && a.local === b.local && portsApart;
}

/** Whether the addresses are all that the Service asks for. */
export function suffices(addresses: readonly ModelAddress[], { ips, policy }: ModelService): boolean {
  const families = new Set(addresses.map(familyOf)).size;
  return ips.every((address) => addresses.includes(address)) && families >= (policy === 'RequireDualStack' ? 2 : 1);
}

export function familyOf(address: ModelAddress): IPFamily {
  return address < 100 ? 'IPv4' : 'IPv6';
}

export function namespaceOf({ name }: ModelService): string {
  return name.includes('/') ? 'shop' : 'default';
}

export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

/** Older pools first; of one age those that were Ready as they are, then those that were Ready otherwise. */
export function byPoolAge(a: ModelPool, b: ModelPool): number {
  const standing = ({ was, formerly, ranges }: ModelPool) =>
    was !== 'Ready' ? 'never' : String(formerly) === String(ranges) ? 'as it is' : 'before';
  const order = ['as it is', 'before', 'never'];
  return time(a.created, b.created) || order.indexOf(standing(a)) - order.indexOf(standing(b)) || byName(a, b);
}

function time(a: number | undefined, b: number | undefined): number {
  return (a ?? 1000) - (b ?? 1000);
}

/** The rule for two holders. */
export function byPrecedence(a: ModelService, b: ModelService): number {
  return time(a.since, b.since) || byAge(a, b);
}

/** The order in which Services that hold nothing are served. */
export function byAge(a: ModelService, b: ModelService): number {
  return time(a.created, b.created) || byName({ name: keyFor(a.name) }, { name: keyFor(b.name) });
}
