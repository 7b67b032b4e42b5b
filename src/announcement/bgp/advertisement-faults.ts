import type { BGPAdvertisement } from '../../api/bgp-advertisement.ts';
import { parseCommunity } from '../../api/fields/community-value.ts';
import { matchesAnySelector } from '../../api/fields/label-selector.ts';
import { closest } from '../../api/near-miss.ts';
import type { IPFamily } from '../../ip/family.ts';
import { coversPool } from '../advertisements.ts';
import type { AnnouncedService } from '../input.ts';
import type { LabelledNode } from '../nodes.ts';
import { compareText } from '../rank.ts';
import { compareAge } from './age.ts';
import { aggregatesFit, aggregationLength } from './aggregate.ts';
import { BgpConfiguration } from './configuration.ts';
import type { ObjectFault } from './fault.ts';
import type { BgpObjects } from './input.ts';
import { SINGLE_ATTRIBUTES } from './route-attributes.ts';
import { Uses } from './uses.ts';

/** What the faults of the objects for BGP depend on besides them. */
export interface FaultSurroundings {
  readonly nodes: readonly LabelledNode[];
  /** Those that hold an address. */
  readonly services: readonly AnnouncedService[];
}

/** Everything that is wrong with the objects for BGP. */
export function bgpFaults(objects: BgpObjects, surroundings: FaultSurroundings): readonly ObjectFault[] {
  const configuration = new BgpConfiguration(objects);
  const advertisements = [...objects.advertisements].sort(compareAge);
  return [
    ...new Uses(objects).faults(),
    ...configuration.communities.faults,
    ...configuration.peers.faults(surroundings.nodes),
    ...advertisements.flatMap((object) => [
      ...unknownNames(object, configuration, objects),
      ...wideAggregates(object, configuration, objects),
    ]),
    ...advertisements.flatMap((older, index) =>
      advertisements.slice(index + 1).flatMap((younger) => conflict(older, younger, objects, surroundings)),
    ),
  ];
}

function unknownNames(
  object: BGPAdvertisement,
  { communities, peers }: BgpConfiguration,
  { pools }: BgpObjects,
): readonly ObjectFault[] {
  const { ipAddressPools = [], peers: peerNames = [], communities: named = [] } = object.spec;
  const names = named.filter((text) => parseCommunity(text) === undefined);
  const unknown = (
    reason: ObjectFault['reason'],
    field: string,
    of: string,
    wanted: readonly string[],
    known: readonly string[],
  ): readonly ObjectFault[] =>
    wanted
      .filter((name) => !known.includes(name))
      .map((name) => {
        const near = closest(name, [...known].sort(compareText));
        const remedy = near === undefined ? 'create it, or take the name out' : `did you mean ${near}?`;
        return { object, reason, message: `spec.${field} names ${name}, and there is no such ${of}: ${remedy}` };
      });
  return [
    ...unknown(
      'UnknownPool',
      'ipAddressPools',
      'IPAddressPool',
      ipAddressPools,
      pools.map(({ metadata }) => metadata.name),
    ),
    ...unknown('UnknownPeer', 'peers', 'BGPPeer', peerNames, peers.names()),
    ...unknown('UnknownCommunity', 'communities', 'name in a Community', names, communities.names()),
  ];
}

const FAMILIES: readonly (readonly [IPFamily, 'aggregationLength' | 'aggregationLengthV6'])[] = [
  ['IPv4', 'aggregationLength'],
  ['IPv6', 'aggregationLengthV6'],
];

function wideAggregates(
  object: BGPAdvertisement,
  configuration: BgpConfiguration,
  { pools }: BgpObjects,
): readonly ObjectFault[] {
  const covered = pools.filter((pool) => coversPool(object, pool.metadata));
  return FAMILIES.flatMap(([family, field]) => {
    const length = aggregationLength(object, family);
    const narrow = covered.flatMap(({ metadata }) =>
      configuration
        .entriesOf(metadata.name)
        .filter((entry) => entry.range.family === family && !aggregatesFit(entry, length))
        .map(({ text }) => `${text} of IPAddressPool ${metadata.name}`),
    );
    if (narrow.length === 0) return [];
    const message =
      `spec.${field} ${length} makes prefixes that reach past ${narrow.sort(compareText).join(', ')}, whose addresses ` +
      'are advertised by themselves instead: choose a greater length';
    return [{ object, reason: 'NotSupported' as const, message }];
  });
}

/** Whether two advertisements disagree about routes that both make. The younger one is at fault. */
function conflict(
  older: BGPAdvertisement,
  younger: BGPAdvertisement,
  objects: BgpObjects,
  surroundings: FaultSurroundings,
): readonly ObjectFault[] {
  const disputed = SINGLE_ATTRIBUTES.filter((name) => {
    const [a, b] = [older.spec[name], younger.spec[name]];
    return a !== undefined && b !== undefined && a !== b;
  });
  if (disputed.length === 0 || !meet(older, younger, objects, surroundings)) return [];
  const each = disputed.map((name) => `spec.${name} ${younger.spec[name]}, where it says ${older.spec[name]}`);
  const message =
    `the older BGPAdvertisement ${older.metadata.name} makes the same routes and counts: this one says ` +
    `${each.join(', and ')}: make the two agree, or let them cover different pools, Services, nodes or peers`;
  return [{ object: younger, reason: 'ConflictingAttributes', message }];
}

/** Whether there are routes that both advertisements make, or will as soon as a Service holds an address. */
function meet(
  a: BGPAdvertisement,
  b: BGPAdvertisement,
  { pools }: BgpObjects,
  { nodes, services }: FaultSurroundings,
): boolean {
  const [mine = [], theirs = []] = [a.spec.peers, b.spec.peers];
  if (mine.length > 0 && theirs.length > 0 && !mine.some((peer) => theirs.includes(peer))) return false;
  const both = (labels: Readonly<Record<string, string>> | undefined, field: 'nodeSelectors' | 'serviceSelectors') =>
    matchesAnySelector(a.spec[field] ?? [], labels) && matchesAnySelector(b.spec[field] ?? [], labels);
  if (!nodes.some(({ labels }) => both(labels, 'nodeSelectors'))) return false;
  const common = pools.filter(({ metadata, spec }) => {
    if (!coversPool(a, metadata) || !coversPool(b, metadata)) return false;
    return FAMILIES.some(
      ([family]) =>
        aggregationLength(a, family) === aggregationLength(b, family) &&
        spec.addresses.some((text) => text.includes(':') === (family === 'IPv6')),
    );
  });
  const selective = [a, b].some(({ spec }) => (spec.serviceSelectors ?? []).length > 0);
  if (!selective) return common.length > 0;
  return services.some(
    ({ service, addresses }) =>
      both(service.metadata.labels, 'serviceSelectors') &&
      addresses.some(({ pool }) => common.some(({ metadata }) => metadata.name === pool?.name)),
  );
}
