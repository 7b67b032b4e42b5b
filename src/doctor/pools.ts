import { type Occupants, occupied } from '../allocator/never-given.ts';
import { matchesSelector } from '../api/fields/label-selector.ts';
import type { IPAddressPool } from '../api/ip-address-pool.ts';
import type { KubernetesObject } from '../api/object.ts';
import { formatAddress } from '../ip/address.ts';
import { parsePrefix } from '../ip/prefix.ts';
import { type AddressRange, formatRange, parseRange, rangeOfPrefix, rangesOverlap } from '../ip/range.ts';
import { type Check, nameOf, type Patient, type Symptom, symptom } from './check.ts';

/** What may be wrong with the contents of pools though each entry can be used. */
export const POOL_CHECKS: readonly Check[] = [
  {
    name: 'range',
    healthy: 'every CIDR of a pool begins where it seems to',
    needs: ['IPAddressPool'],
    look: ({ situation }) => situation.objects.pools.flatMap(hostBits),
  },
  {
    name: 'overlap',
    healthy: 'no pool lists addresses that the cluster uses itself',
    needs: ['IPAddressPool', 'Node', 'Service'],
    look: ({ situation: { objects } }) => {
      const { nodes, speakers, serviceCIDRs, pools } = objects;
      const none: Occupants = { nodes: [], speakers: [], services: [] };
      const users: (readonly [KubernetesObject, readonly AddressRange[]])[] = [
        ...nodes.map((node) => [node, occupied({ ...none, nodes: [node] })] as const),
        ...speakers.map((speaker) => [speaker, occupied({ ...none, speakers: [speaker] })] as const),
        ...serviceCIDRs.map((cidr) => [cidr, occupied({ ...none, serviceCIDRs: [cidr] })] as const),
      ];
      return pools.flatMap((pool) => overlaps(pool, users));
    },
  },
  {
    name: 'external-ip',
    healthy: 'no Service has an address of a pool in spec.externalIPs',
    needs: ['IPAddressPool', 'Service'],
    look: externalIPs,
  },
  {
    name: 'selection',
    healthy: 'every pool serves a namespace that there is',
    needs: ['IPAddressPool', 'Namespace'],
    look: servesNobody,
  },
];

function rangesOf({ spec }: IPAddressPool): readonly AddressRange[] {
  return spec.addresses.flatMap((entry) => {
    try {
      return [parseRange(entry)];
    } catch {
      // A pool with such an entry is not Ready, which another check tells.
      return [];
    }
  });
}

function hostBits(pool: IPAddressPool): readonly Symptom[] {
  return pool.spec.addresses.flatMap((entry) => {
    if (!entry.includes('/')) return [];
    try {
      const prefix = parsePrefix(entry);
      const range = rangeOfPrefix(prefix);
      if (range.first === prefix.address.value) return [];
      return [symptom('warn', nameOf(pool), 'HostBits', `${entry} is ${formatRange(range)}`)];
    } catch {
      return [];
    }
  });
}

/** Most users that are named. */
const SHOWN = 5;

function overlaps(
  pool: IPAddressPool,
  users: readonly (readonly [KubernetesObject, readonly AddressRange[]])[],
): readonly Symptom[] {
  const ranges = rangesOf(pool);
  const used = users.flatMap(([object, taken]) =>
    taken
      .filter((each) => ranges.some((range) => rangesOverlap(range, each)))
      .map((range) => `${formatRange(range)} of ${nameOf(object)}`),
  );
  if (used.length === 0) return [];
  const more = used.length > SHOWN ? ` and ${used.length - SHOWN} more` : '';
  const message = `it lists ${used.slice(0, SHOWN).join(', ')}${more}`;
  return [symptom('warn', nameOf(pool), 'HoldsUsedAddresses', message)];
}

function externalIPs({ situation: { objects } }: Patient): readonly Symptom[] {
  const pools = objects.pools.map((pool) => [pool, rangesOf(pool)] as const);
  const none: Occupants = { nodes: [], speakers: [], services: [] };
  return objects.services.flatMap((service) => {
    const { externalIPs = [] } = service.spec ?? {};
    if (externalIPs.length === 0) return [];
    const own = occupied({ ...none, services: [{ ...service, spec: { externalIPs } }] });
    return own.flatMap((range) =>
      pools
        .filter(([, ranges]) => ranges.some((each) => rangesOverlap(each, range)))
        .map(([pool]) => {
          const message = `spec.externalIPs has ${formatRange(range)} of pool ${pool.metadata.name}`;
          return symptom('warn', nameOf(service), 'ExternalIPsInPool', message);
        }),
    );
  });
}

function servesNobody({ situation: { objects } }: Patient): readonly Symptom[] {
  return objects.pools.flatMap((pool) => {
    const { namespaces = [], namespaceSelectors = [] } = pool.spec.serviceAllocation ?? {};
    if (namespaces.length + namespaceSelectors.length === 0) return [];
    const serves = objects.namespaces.some(
      ({ metadata: { name, labels } }) =>
        namespaces.includes(name) || namespaceSelectors.some((selector) => matchesSelector(selector, labels)),
    );
    const message = 'spec.serviceAllocation selects no namespace that there is, so it serves nobody';
    return serves ? [] : [symptom('warn', nameOf(pool), 'SelectsNothing', message)];
  });
}

/** An address that a Service holds by the rules, as text. */
export function heldAddresses({ situation }: Patient): ReadonlyMap<string, string> {
  const held = new Map<string, string>();
  for (const { service, addresses } of situation.allocator.verdicts()) {
    for (const address of addresses) held.set(formatAddress(address), service);
  }
  return held;
}
