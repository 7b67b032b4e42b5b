import type { L2Advertisement } from '../api/l2-advertisement.ts';
import type { Bar } from './bar.ts';
import type { AttachedInterface, KnownNode } from './nodes.ts';
import { compareText } from './rank.ts';
import type { Segment } from './segments.ts';

/** The interfaces on which a node can announce an address; where there are none, the bar says why. */
export type Reach =
  | { readonly interfaces: readonly string[]; readonly bar?: undefined }
  | { readonly interfaces: readonly []; readonly bar: Bar };

/** Reasons from the nearest miss to the farthest: with several advertisements the nearest one is told. */
const NEAREST = ['InterfaceDown', 'OffSubnet', 'InterfaceMissing'];

/**
 * The interfaces of a node that lead to the segment, as the advertisements allow them: the union of what each allows.
 *
 * @param advertisements those that select the node, at least one.
 */
export function reach(node: KnownNode, advertisements: readonly L2Advertisement[], segment: Segment): Reach {
  const { interfaces } = node;
  if (!interfaces) return { interfaces: [], bar: unreported(node.name) };
  const names = new Set<string>();
  const bars: Bar[] = [];
  for (const advertisement of advertisements) {
    const chosen = choose(node.name, interfaces, advertisement, segment);
    if ('reason' in chosen) bars.push(chosen);
    else for (const { name } of chosen) names.add(name);
  }
  if (names.size > 0) return { interfaces: [...names].sort(compareText) };
  const [bar = unreported(node.name)] = bars.sort((a, b) => NEAREST.indexOf(a.reason) - NEAREST.indexOf(b.reason));
  return { interfaces: [], bar };
}

function unreported(node: string): Bar {
  const detail = `the speaker of node ${node} has not reported its interfaces: see that a speaker runs there`;
  return { reason: 'InterfacesUnknown', detail };
}

function choose(
  node: string,
  interfaces: readonly AttachedInterface[],
  advertisement: L2Advertisement,
  segment: Segment,
): readonly AttachedInterface[] | Bar {
  const { offSubnet } = advertisement.spec;
  const allowed = interfaces.filter((each) => mayUse(advertisement, each));
  if (allowed.length === 0) return missing(node, interfaces, advertisement);
  const attached = allowed.filter((candidate) => isOn(candidate, segment));
  if (attached.length === 0 && offSubnet !== 'Announce') {
    return offSegment(node, interfaces, allowed, advertisement, segment);
  }
  const usable = attached.length > 0 ? attached : allowed;
  const up = usable.filter((candidate) => candidate.up);
  return up.length > 0 ? up : down(node, usable);
}

/**
 * What keeps a node from announcing any address at layer 2, as far as its interfaces go.
 *
 * @param advertisements as for {@link reach}
 */
export function linkBar({ name, interfaces }: KnownNode, advertisements: readonly L2Advertisement[]): Bar | undefined {
  const [first] = advertisements;
  if (first === undefined) return undefined;
  if (interfaces === undefined) return unreported(name);
  const allowed = interfaces.filter((each) => advertisements.some((advertisement) => mayUse(advertisement, each)));
  if (allowed.length === 0) return missing(name, interfaces, first);
  return allowed.some(({ up }) => up) ? undefined : down(name, allowed);
}

/** Whether an advertisement lets an interface announce: one that it names, or where it names none any but the reserved. */
export function mayUse(
  { spec: { interfaces: named = [] } }: L2Advertisement,
  { name, reservedFor }: Pick<AttachedInterface, 'name' | 'reservedFor'>,
): boolean {
  return named.length > 0 ? named.includes(name) : reservedFor === undefined;
}

function isOn({ networks }: AttachedInterface, segment: Segment): boolean {
  return networks.some((network) => segment.networks.has(network));
}

function missing(node: string, interfaces: readonly AttachedInterface[], advertisement: L2Advertisement): Bar {
  const { name } = advertisement.metadata;
  const { interfaces: named = [] } = advertisement.spec;
  const has = interfaces.length > 0 ? `it has ${listed(interfaces.map(describe))}` : 'it has none';
  const detail =
    named.length > 0
      ? `node ${node} lacks every interface that L2Advertisement ${name} names (${listed(named)}; ${has}): correct ` +
        'spec.interfaces, or keep the node out by spec.nodeSelectors'
      : `node ${node} has no interface to a network outside it (${has}): name the right one in spec.interfaces of ` +
        `L2Advertisement ${name}`;
  return { reason: 'InterfaceMissing', detail };
}

function offSegment(
  node: string,
  interfaces: readonly AttachedInterface[],
  allowed: readonly AttachedInterface[],
  advertisement: L2Advertisement,
  segment: Segment,
): Bar {
  const ad = `L2Advertisement ${advertisement.metadata.name}`;
  const passedOver = interfaces.filter((candidate) => !allowed.includes(candidate) && isOn(candidate, segment));
  const detail =
    passedOver.length > 0
      ? `only ${listed(passedOver.map(describe))} of node ${node} is in the subnet of the address, which ${ad} does ` +
        `not use: name it in spec.interfaces`
      : `no ${segment.family} subnet of node ${node} contains the address (${listed(allowed.map(describe))}): take the ` +
        `pool from one of them, or set spec.offSubnet: Announce in ${ad} if a router sends the address there`;
  return { reason: 'OffSubnet', detail };
}

function down(node: string, usable: readonly AttachedInterface[]): Bar {
  const names = listed(usable.map(({ name }) => name));
  const detail = `${names} of node ${node} is down or has no carrier: bring the link up`;
  return { reason: 'InterfaceDown', detail };
}

function describe({ name, addresses, reservedFor }: AttachedInterface): string {
  const notes = reservedFor === undefined ? addresses : [...addresses, `never used unless named: ${reservedFor}`];
  return notes.length > 0 ? `${name} ${notes.join(' ')}` : `${name} without an address`;
}

/** Names as prose lists them: at most five, then how many more. */
function listed(names: readonly string[]): string {
  return names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');
}
