import * as z from 'zod';
import { conditions } from './conditions.ts';
import { durationBetween } from './fields/duration.ts';
import { interfaceName } from './fields/interface-name.ts';
import { labelSelector, labelSelectors } from './fields/label-selector.ts';
import { objectName } from './fields/metadata.ts';
import { nameSet } from './fields/name-set.ts';
import type { Plain } from './plain.ts';
import { customObject, defineCustomKind } from './schema/custom-kind.ts';

const preferredNodes = z
  .strictObject({
    weight: z.int32().min(1).max(100).describe('How much a node gains for matching, 1 to 100.'),
    preference: labelSelector.describe('Labels of the nodes that gain.'),
  })
  .describe('A wish for some nodes.');

const failover = z
  .strictObject({
    interval: durationBetween('10ms', '60s')
      .default('100ms')
      .describe(
        'How often the first nodes in line for an address tell each other that they live, 10ms to 60s. Between two nodes the shortest of all advertisements counts.',
      ),
    multiplier: z
      .int32()
      .min(2)
      .max(255)
      .default(3)
      .describe('How many intervals of silence mean that a node is gone, 2 to 255.'),
    holdOff: durationBetween('0s', '24h')
      .default('300s')
      .describe(
        'How long a node that ranks before the present owner must have been there before the address moves to it, 0s to 24h. 0s: the address never moves back by itself.',
      ),
    refresh: durationBetween('0s', '24h')
      .default('60s')
      .describe('How often the owner repeats its gratuitous announcement after the first ones, 0s to 24h. 0s: never.'),
    announcementRate: z
      .int32()
      .min(1)
      .max(10_000)
      .describe(
        'How many announcements an interface sends a second at most, 1 to 10000, for switches that police ARP; those of ARP and of neighbour discovery count apart. Of all advertisements the lowest counts. Absent: as many as there are.',
      )
      .optional(),
  })
  .describe('How soon another node takes over, and how late an address moves back.');

const spec = z
  .strictObject({
    ipAddressPools: nameSet(objectName).describe('Names of the pools whose addresses are announced.').optional(),
    ipAddressPoolSelectors: labelSelectors(
      'Labels of the pools whose addresses are announced, in addition to ipAddressPools. With neither, all pools are.',
    ),
    nodeSelectors: labelSelectors('Labels of the nodes that may announce: one selector must match. Empty means all.'),
    interfaces: nameSet(interfaceName)
      .describe(
        'Names of the interfaces to announce on. Empty means those whose own subnet contains the address. Where several advertisements cover an address, all their interfaces count.',
      )
      .optional(),
    serviceSelectors: labelSelectors(
      'Labels of the Services whose addresses are announced: one selector must match. Empty means all.',
    ),
    preferredNodeSelectors: z
      .array(preferredNodes)
      .max(64)
      .describe(
        'Which of the nodes that may announce should rather do it. The weights that a node gains are added up over all selectors and advertisements.',
      )
      .meta({ 'x-kubernetes-list-type': 'atomic' })
      .optional(),
    offSubnet: z
      .enum(['Skip', 'Announce'])
      .default('Skip')
      .describe("What to do with an address that is in no subnet of a node's interface."),
    failover: failover.prefault({}),
  })
  .describe('Which addresses are announced, by which nodes, and how.');

const status = z.looseObject({ conditions: conditions.optional() }).describe('What Berth made of it.');

const schema = customObject('L2Advertisement', { spec: spec.prefault({}), status: status.optional() });

/** Says which addresses are announced on the local network (ARP, NDP), by which nodes, and how. */
export type L2Advertisement = Plain<z.output<typeof schema>>;

/** See {@link L2Advertisement}. */
export const L2AdvertisementKind = defineCustomKind(
  {
    kind: 'L2Advertisement',
    plural: 'l2advertisements',
    singular: 'l2advertisement',
    shortName: 'bl2',
    description:
      'Announces addresses of pools on the local network: one node at a time answers for each address (ARP for IPv4, NDP for IPv6).',
    columns: [
      { name: 'Pools', type: 'string', jsonPath: '.spec.ipAddressPools' },
      { name: 'Interfaces', type: 'string', jsonPath: '.spec.interfaces' },
      { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
      { name: 'Reason', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].reason', priority: 1 },
      { name: 'Off-subnet', type: 'string', jsonPath: '.spec.offSubnet', priority: 1 },
      { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    ],
  },
  schema,
);
