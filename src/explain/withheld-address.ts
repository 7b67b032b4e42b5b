import { type Occupants, occupied, specialPurposeOf } from '../allocator/never-given.ts';
import { compilePool } from '../allocator/pool.ts';
import type { IPAddressPool } from '../api/ip-address-pool.ts';
import { type KubernetesObject, keyOf, keyText } from '../api/object.ts';
import type { AddressFinding } from '../api/reasons/explanation.ts';
import { type Address, formatAddress, parseOrUndefined } from '../ip/address.ts';
import { bitsOf } from '../ip/family.ts';
import { type AddressRange, formatRange, parseRange, rangeContains } from '../ip/range.ts';
import type { ObjectsByKind } from './objects-by-kind.ts';

/** What keeps an address from being given out, and the object that does. */
export interface WithheldBy {
  readonly reason: Extract<AddressFinding, 'Reserved' | 'Avoided' | 'NeverGiven' | 'SpecialPurpose'>;
  /** `Kind/namespace/name`, and the field where that is one; of an address of special purpose, what it is. */
  readonly by: string;
}

/** Whether an entry of a pool holds the address, whatever is wrong with others. */
export function listsAddress({ spec }: IPAddressPool, address: Address): boolean {
  return spec.addresses.some((entry) => {
    const range = parseOrUndefined(entry, parseRange);
    return range !== undefined && rangeContains(range, address);
  });
}

/** All that withholds an address that these pools list: each rule is asked by itself, as the pools ask them together. */
export function withheldBy(
  address: Address,
  pools: readonly IPAddressPool[],
  objects: ObjectsByKind,
  reserved: readonly AddressRange[],
): readonly WithheldBy[] {
  const named = reserved
    .filter((range) => rangeContains(range, address))
    .map((range) => ({ reason: 'NeverGiven', by: `--reserved ${formatRange(range)}` }) as const);
  const special = specialPurposeOf(address);
  const purpose = special === undefined ? [] : [{ reason: 'SpecialPurpose', by: special.what } as const];
  return [
    ...purpose,
    ...pools.flatMap((pool) => withheldByPool(address, pool)),
    ...occupants(address, objects),
    ...named,
  ];
}

function withheldByPool(address: Address, pool: IPAddressPool): readonly WithheldBy[] {
  const { name } = pool.metadata;
  const found: WithheldBy[] = [];
  for (const [index, entry] of (pool.spec.reserved ?? []).entries()) {
    const by = `IPAddressPool/${name} spec.reserved[${index}]: ${entry}`;
    if (!isOffered(address, pool, { reserved: [entry] })) found.push({ reason: 'Reserved', by });
  }
  const { avoidBuggyIPs } = pool.spec;
  if (!isOffered(address, pool, { avoidBuggyIPs })) {
    found.push({ reason: 'Avoided', by: `IPAddressPool/${name} spec.avoidBuggyIPs` });
  }
  return found;
}

/** Whether a pool of just this address would give it, with this and nothing else of the spec. */
function isOffered(address: Address, pool: IPAddressPool, part: Partial<IPAddressPool['spec']>): boolean {
  const { autoAssign, reclaimPolicy, sharing } = pool.spec;
  const addresses = [`${formatAddress(address)}/${bitsOf(address.family)}`];
  const spec = { autoAssign, reclaimPolicy, sharing, avoidBuggyIPs: false, disabled: false, ...part, addresses };
  const { metadata, apiVersion, kind } = pool;
  const probe: IPAddressPool = { apiVersion, kind, metadata: { name: metadata.name }, spec };
  const compiled = compilePool(probe, [], new Map());
  return compiled.fault !== null || compiled.offered.has(address);
}

/** The objects whose addresses no pool gives out, where this address is one of them. */
function occupants(address: Address, objects: ObjectsByKind): readonly WithheldBy[] {
  const { nodes, speakers, services, serviceCIDRs } = objects;
  const none: Occupants = { nodes: [], speakers: [], services: [] };
  const found: KubernetesObject[] = [
    ...nodes.filter((node) => occupies(address, { ...none, nodes: [node] })),
    ...speakers.filter((speaker) => occupies(address, { ...none, speakers: [speaker] })),
    ...services.filter((service) => occupies(address, { ...none, services: [service] })),
    ...serviceCIDRs.filter((serviceCIDR) => occupies(address, { ...none, serviceCIDRs: [serviceCIDR] })),
  ];
  return found.map((object) => ({ reason: 'NeverGiven', by: `${object.kind}/${keyText(keyOf(object))}` }));
}

function occupies(address: Address, occupant: Occupants): boolean {
  return occupied(occupant).some((range) => rangeContains(range, address));
}
