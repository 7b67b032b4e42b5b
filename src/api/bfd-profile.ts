import * as z from 'zod';
import { conditions } from './conditions.ts';
import type { Plain } from './plain.ts';
import { customObject, defineCustomKind } from './schema/custom-kind.ts';
import { withRules } from './schema/field-rule.ts';

const interval = (description: string) => z.int32().min(10).max(60_000).describe(`${description}, 10 to 60000 ms.`);

const spec = withRules(
  z.strictObject({
    receiveInterval: interval('How often the peer may send at most (Required Min RX Interval)').default(300),
    transmitInterval: interval('How often we want to send at most (Desired Min TX Interval)').default(300),
    detectMultiplier: z
      .int32()
      .min(2)
      .max(255)
      .default(3)
      .describe('How many packets of ours may be missing before the peer calls the session down, 2 to 255.'),
    echoMode: z.boolean().default(false).describe('Echo mode is not supported: only false is taken.'),
    echoInterval: interval('How often echo packets would be sent; of no effect without echoMode').optional(),
    passiveMode: z.boolean().default(false).describe('Waits for the first packet of the peer before sending any.'),
    minimumTtl: z
      .int32()
      .min(1)
      .max(254)
      .default(254)
      .describe('Packets of a multihop session that arrive with a lower TTL are dropped, 1 to 254.'),
  }),
  [
    {
      field: 'echoMode',
      message:
        'cannot be true: Berth does not send BFD echo packets, so set receiveInterval and transmitInterval instead',
      cel: '!has(self.echoMode) || !self.echoMode',
      holds: ({ echoMode }) => !echoMode,
    },
  ],
).describe('How fast a dead peer is noticed.');

const status = z.looseObject({ conditions: conditions.optional() }).describe('What Berth made of it.');

const schema = customObject('BFDProfile', { spec: spec.prefault({}), status: status.optional() });

/** How BFD (RFC 5880) guards the sessions of the BGPPeers that name it. */
export type BFDProfile = Plain<z.output<typeof schema>>;

/** See {@link BFDProfile}. */
export const BFDProfileKind = defineCustomKind(
  {
    kind: 'BFDProfile',
    plural: 'bfdprofiles',
    singular: 'bfdprofile',
    shortName: 'bbfd',
    description: 'How BFD guards the BGP sessions of the peers that name this profile.',
    columns: [
      { name: 'Receive', type: 'integer', jsonPath: '.spec.receiveInterval' },
      { name: 'Transmit', type: 'integer', jsonPath: '.spec.transmitInterval' },
      { name: 'Multiplier', type: 'integer', jsonPath: '.spec.detectMultiplier' },
      { name: 'Passive', type: 'boolean', jsonPath: '.spec.passiveMode', priority: 1 },
      { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
      { name: 'Reason', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].reason', priority: 1 },
      { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    ],
  },
  schema,
);
