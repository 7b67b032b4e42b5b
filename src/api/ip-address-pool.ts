import * as z from 'zod';
import { conditions } from './conditions.ts';
import { addressEntry, reservedEntry } from './fields/address-entry.ts';
import { labelSelector } from './fields/label-selector.ts';
import { namespaceName } from './fields/metadata.ts';
import { nameSet } from './fields/name-set.ts';
import type { Plain } from './plain.ts';
import { customObject, defineCustomKind } from './schema/custom-kind.ts';

const serviceAllocation = z
  .strictObject({
    priority: z
      .int32()
      .optional()
      .describe('Pools with a lower number are tried first; 0 or none comes last. Ties go by name.'),
    namespaces: nameSet(namespaceName).describe('Names of the namespaces whose Services the pool serves.').optional(),
    namespaceSelectors: z
      .array(labelSelector)
      .max(64)
      .describe('Labels of the namespaces whose Services the pool serves, in addition to namespaces.')
      .meta({ 'x-kubernetes-list-type': 'atomic' })
      .optional(),
    serviceSelectors: z
      .array(labelSelector)
      .max(64)
      .describe('Labels of the Services that the pool serves: one selector must match. Empty means all.')
      .meta({ 'x-kubernetes-list-type': 'atomic' })
      .optional(),
  })
  .describe(
    'Limits the pool to some Services. A Service must be in one of the namespaces, where any are given, and match one of the serviceSelectors, where any are given.',
  );

const spec = z
  .strictObject({
    addresses: z
      .array(addressEntry.describe('A CIDR such as 192.0.2.0/24, or a range such as 192.0.2.10-192.0.2.20.'))
      .min(1)
      .max(128)
      .describe(
        'What the pool gives out, in this order: CIDRs and ranges, IPv4 and IPv6. A single address is written with /32 or /128.',
      )
      .meta({ 'x-kubernetes-list-type': 'atomic' }),
    autoAssign: z
      .boolean()
      .default(true)
      .describe('Whether Services that name no pool and no address may get one from here.'),
    avoidBuggyIPs: z
      .boolean()
      .default(false)
      .describe('Leaves out IPv4 addresses that end in .0 or .255, which some old devices mistake for broadcasts.'),
    serviceAllocation: serviceAllocation.optional(),
    reclaimPolicy: z
      .enum(['Retain', 'Evict'])
      .default('Retain')
      .describe(
        'What becomes of an address in use that an edit of the pool leaves outside. Retain: its Service keeps it. Evict: its Service moves at once.',
      ),
    sharing: z
      .enum(['Namespace', 'Cluster'])
      .default('Namespace')
      .describe('How far a key in the annotation allow-shared-ip reaches: within a namespace, or across all.'),
    reserved: z
      .array(reservedEntry.describe('An address, a CIDR or a range.'))
      .max(128)
      .describe('Addresses, CIDRs and ranges in the pool that are never given out.')
      .meta({ 'x-kubernetes-list-type': 'atomic' })
      .optional(),
    disabled: z
      .boolean()
      .default(false)
      .describe('Gives out nothing new while true. Services keep the addresses that they have.'),
  })
  .describe('What the pool gives out, and to whom.');

const count = (description: string) =>
  z.int().min(0).describe(`${description} 9007199254740991 stands for that many or more.`).optional();

const status = z
  .looseObject({
    conditions: conditions.optional(),
    totalIPv4: count('IPv4 addresses that the pool can give out, used or free.'),
    assignedIPv4: count('IPv4 addresses of the pool that Services hold.'),
    availableIPv4: count('IPv4 addresses of the pool that are free.'),
    totalIPv6: count('IPv6 addresses that the pool can give out, used or free.'),
    assignedIPv6: count('IPv6 addresses of the pool that Services hold.'),
    availableIPv6: count('IPv6 addresses of the pool that are free.'),
    addresses: z
      .array(z.string())
      .optional()
      .describe(
        'The entries of spec.addresses when the pool was last Ready. An address that they contain and the spec does not is ' +
          'from this pool: so an edit made while nobody was looking takes nothing away either.',
      )
      .meta({ 'x-kubernetes-list-type': 'atomic' }),
    retained: z
      .array(
        z
          .looseObject({
            address: z.string().describe('The address.'),
            service: z.string().describe('The Service that holds it, as namespace/name.'),
          })
          .describe('One address and its holder.'),
      )
      .describe('Addresses that Services hold though the pool no longer offers them.')
      .meta({ 'x-kubernetes-list-type': 'atomic' })
      .optional(),
  })
  .describe('What Berth made of it.');

const schema = customObject('IPAddressPool', { spec, status: status.optional() });

/** Addresses for Services. */
export type IPAddressPool = Plain<z.output<typeof schema>>;

/** What an {@link IPAddressPool} asks for. */
export type IPAddressPoolSpec = IPAddressPool['spec'];

/** See {@link IPAddressPool}. */
export const IPAddressPoolKind = defineCustomKind(
  {
    kind: 'IPAddressPool',
    plural: 'ipaddresspools',
    singular: 'ipaddresspool',
    shortName: 'bpool',
    description: 'Addresses that Berth gives to Services of type LoadBalancer.',
    columns: [
      { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
      { name: 'Reason', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].reason' },
      { name: 'Assigned IPv4', type: 'integer', jsonPath: '.status.assignedIPv4' },
      { name: 'Available IPv4', type: 'integer', jsonPath: '.status.availableIPv4' },
      { name: 'Assigned IPv6', type: 'integer', jsonPath: '.status.assignedIPv6' },
      { name: 'Available IPv6', type: 'integer', jsonPath: '.status.availableIPv6' },
      { name: 'Auto-assign', type: 'boolean', jsonPath: '.spec.autoAssign' },
      { name: 'Addresses', type: 'string', jsonPath: '.spec.addresses', priority: 1 },
      { name: 'Reclaim', type: 'string', jsonPath: '.spec.reclaimPolicy', priority: 1 },
      { name: 'Sharing', type: 'string', jsonPath: '.spec.sharing', priority: 1 },
      { name: 'Disabled', type: 'boolean', jsonPath: '.spec.disabled', priority: 1 },
      { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    ],
  },
  schema,
);
