import * as z from 'zod';
import { conditions } from './conditions.ts';
import { communityName, communityValue } from './fields/community-fields.ts';
import type { Plain } from './plain.ts';
import { customObject, defineCustomKind } from './schema/custom-kind.ts';

const named = z
  .strictObject({
    name: communityName.describe('The name, which no other Community may use.'),
    value: communityValue.describe('Two numbers such as 64500:120 (RFC 1997), or large:64500:1:20 (RFC 8092).'),
  })
  .describe('One community and its name.');

const spec = z
  .strictObject({
    communities: z
      .array(named)
      .max(128)
      .superRefine((list, context) => {
        list.forEach(({ name }, index) => {
          if (list.findIndex((other) => other.name === name) < index) {
            context.addIssue({ code: 'custom', path: [index], message: `"${name}" is listed twice: remove one` });
          }
        });
      })
      .describe('The communities that get a name.')
      .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] })
      .optional(),
  })
  .describe('Names for BGP communities.');

const status = z.looseObject({ conditions: conditions.optional() }).describe('What Berth made of it.');

const schema = customObject('Community', { spec: spec.prefault({}), status: status.optional() });

/** Names for BGP communities, for `spec.communities` of a BGPAdvertisement. */
export type Community = Plain<z.output<typeof schema>>;

/** See {@link Community}. */
export const CommunityKind = defineCustomKind(
  {
    kind: 'Community',
    plural: 'communities',
    singular: 'community',
    shortName: 'bcomm',
    description: 'Gives names to BGP communities, for BGPAdvertisements to use.',
    columns: [
      { name: 'Names', type: 'string', jsonPath: '.spec.communities[*].name' },
      { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
      { name: 'Reason', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].reason', priority: 1 },
      { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    ],
  },
  schema,
);
