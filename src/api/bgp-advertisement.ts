import * as z from 'zod';
import { conditions } from './conditions.ts';
import { communityReference } from './fields/community-fields.ts';
import { labelSelectors } from './fields/label-selector.ts';
import { objectName } from './fields/metadata.ts';
import { nameSet } from './fields/name-set.ts';
import type { Plain } from './plain.ts';
import { customObject, defineCustomKind } from './schema/custom-kind.ts';
import { withRules } from './schema/field-rule.ts';

const uint32 = (description: string) => z.int().min(0).max(4_294_967_295).describe(description).optional();

const spec = withRules(
  z.strictObject({
    ipAddressPools: nameSet(objectName).describe('Names of the pools whose addresses are advertised.').optional(),
    ipAddressPoolSelectors: labelSelectors(
      'Labels of the pools whose addresses are advertised, in addition to ipAddressPools. With neither, all pools are.',
    ),
    serviceSelectors: labelSelectors(
      'Labels of the Services whose addresses are advertised: one selector must match. Empty means all.',
    ),
    nodeSelectors: labelSelectors('Labels of the nodes that may advertise: one selector must match. Empty means all.'),
    peers: nameSet(objectName).describe('Names of the BGPPeers that are told. Empty means all.').optional(),
    aggregationLength: z
      .int32()
      .min(1)
      .max(32)
      .default(32)
      .describe(
        'Length of the IPv4 prefix that is advertised for an address, 1 to 32. One that reaches past its entry of the pool is not used: the address is advertised by itself.',
      ),
    aggregationLengthV6: z.int32().min(1).max(128).default(128).describe('The same for IPv6, 1 to 128.'),
    localPref: uint32(
      'LOCAL_PREF, for internal peers: the higher one wins, 0 to 4294967295. They are told 100 where none is set.',
    ),
    multiExitDisc: uint32('MULTI_EXIT_DISC: the lower one wins, 0 to 4294967295. None is sent where none is set.'),
    asPathPrepend: z
      .int32()
      .min(0)
      .max(32)
      .describe('How many times more our AS number stands in the AS_PATH, for external peers, 0 to 32.')
      .optional(),
    communities: z
      .array(communityReference)
      .max(63)
      .describe('Communities, or the names that Community objects give them.')
      .meta({ 'x-kubernetes-list-type': 'atomic' })
      .optional(),
  }),
  [aggregationRule('aggregationLength', 32), aggregationRule('aggregationLengthV6', 128)],
).describe('Which addresses are advertised, to whom, by which nodes, and with which attributes.');

/** A prefix that covers other Services too cannot follow one Service's labels. */
function aggregationRule<F extends 'aggregationLength' | 'aggregationLengthV6'>(field: F, bits: number) {
  return {
    field,
    message: `must be ${bits} where there are serviceSelectors: a shorter prefix would cover Services that they do not select`,
    cel: `!has(self.${field}) || self.${field} == ${bits} || !has(self.serviceSelectors) || size(self.serviceSelectors) == 0`,
    holds: (of: { readonly serviceSelectors?: readonly unknown[] | undefined } & { readonly [Field in F]: number }) =>
      of[field] === bits || (of.serviceSelectors ?? []).length === 0,
  };
}

const status = z.looseObject({ conditions: conditions.optional() }).describe('What Berth made of it.');

const schema = customObject('BGPAdvertisement', { spec: spec.prefault({}), status: status.optional() });

/** Says which addresses are advertised over BGP, to which peers, by which nodes, and with which attributes. */
export type BGPAdvertisement = Plain<z.output<typeof schema>>;

/** See {@link BGPAdvertisement}. */
export const BGPAdvertisementKind = defineCustomKind(
  {
    kind: 'BGPAdvertisement',
    plural: 'bgpadvertisements',
    singular: 'bgpadvertisement',
    shortName: 'bbgp',
    description: 'Advertises addresses of pools to BGP peers, from every node that can serve them.',
    columns: [
      { name: 'Pools', type: 'string', jsonPath: '.spec.ipAddressPools' },
      { name: 'Peers', type: 'string', jsonPath: '.spec.peers' },
      { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
      { name: 'Reason', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].reason', priority: 1 },
      { name: 'Local pref', type: 'integer', jsonPath: '.spec.localPref', priority: 1 },
      { name: 'Communities', type: 'string', jsonPath: '.spec.communities', priority: 1 },
      { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    ],
  },
  schema,
);
