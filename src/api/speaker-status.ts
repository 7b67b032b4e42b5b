import * as z from 'zod';
import { time } from './fields/time.ts';
import type { Plain } from './plain.ts';
import { customObject, defineCustomKind } from './schema/custom-kind.ts';

const networkInterface = z
  .looseObject({
    name: z.string().describe('Its name, such as eth0.'),
    mac: z.string().describe('Its hardware address, such as 02:00:00:00:00:11.'),
    up: z.boolean().describe('Whether it is switched on and has a carrier.'),
    addresses: z.array(z.string()).describe('Its own addresses with their prefix lengths.'),
    gateways: z.array(z.string()).describe('The routers that the node reaches through it.'),
  })
  .describe('A network interface of the node.');

const l2Address = z
  .looseObject({
    address: z.string().describe('The address.'),
    service: z.string().describe('The Service that it belongs to, as namespace/name.'),
    interface: z.string().describe('The interface that answers for it.'),
    role: z
      .enum(['Owner', 'Standby', 'Caretaker'])
      .describe(
        "Owner answers; Standby takes over when the owner is gone; Caretaker answers with the owner's MAC address while the owner's speaker is away.",
      ),
    since: time.describe('When it took this role.'),
    lastAnswered: time
      .optional()
      .describe(
        'When it last answered a request for the address. Left out where the list has more than 1,000 addresses.',
      ),
    witness: z.string().optional().describe('A node whose speaker heard the announcement.'),
  })
  .describe('An address that the node answers for, or would.');

const session = z
  .looseObject({
    peer: z.string().describe('The name of the BGPPeer.'),
    address: z.string().describe("The peer's address."),
    state: z
      .enum(['Idle', 'Connect', 'Active', 'OpenSent', 'OpenConfirm', 'Established'])
      .describe('The state of RFC 4271 section 8.2.2.'),
    since: time.describe('When it entered this state.'),
    advertised: z.int().min(0).describe('How many routes are advertised to the peer.'),
    families: z
      .array(z.enum(['IPv4', 'IPv6']))
      .optional()
      .describe('The families whose routes it carries: both sides offered them, and routes have a next hop.'),
    notCarried: z
      .array(
        z.looseObject({
          family: z.enum(['IPv4', 'IPv6']).describe('The family.'),
          reason: z.string().describe('Why, as one word that programs may rely on, such as NoNextHop.'),
          text: z.string().describe('The same in words.'),
        }),
      )
      .optional()
      .describe('The families that it is to carry and does not.'),
    oversized: z
      .looseObject({
        count: z.int().min(1).describe('How many routes.'),
        examples: z.array(z.string()).max(20).describe('Up to 20 of their prefixes.'),
      })
      .optional()
      .describe('Routes that the peer is not told, since their attributes do not fit one message.'),
    lastError: z
      .looseObject({
        code: z.int32().min(0).max(255).describe('The error code of the NOTIFICATION (RFC 4271 section 4.5).'),
        subcode: z.int32().min(0).max(255).describe('Its subcode.'),
        cause: z.string().describe('The same as one word that programs may rely on, such as WrongAS.').optional(),
        text: z.string().describe('What went wrong, in words.'),
        at: time.describe('When.'),
      })
      .optional()
      .describe('What ended the last session.'),
    bfd: z
      .enum(['AdminDown', 'Down', 'Init', 'Up'])
      .optional()
      .describe('The state of the BFD session that guards it (RFC 5880 section 4.1).'),
  })
  .describe('A BGP session of the node.');

const withheld = z
  .looseObject({
    reason: z.string().describe('Why, as one word that programs may rely on, such as NotOwner.'),
    count: z.int().min(0).describe('How many addresses.'),
    examples: z.array(z.string()).max(20).describe('Up to 20 of them, each an address and its Service.'),
    protocol: z
      .enum(['l2', 'bgp'])
      .optional()
      .describe('Where they are not announced: bgp, to no peer at all; layer 2 where it is not said.'),
    peer: z.string().optional().describe('The BGPPeer that alone is not told of them, where it is one.'),
  })
  .describe('Addresses that the node does not announce, for one reason.');

const conflict = z
  .looseObject({
    address: z.string().describe('The address.'),
    mac: z.string().describe('The hardware address of the stranger.'),
    seen: time.describe('When it was last seen.'),
  })
  .describe('A machine that is none of ours and answers for an address of ours.');

const bouncing = z
  .looseObject({ since: time.describe('Since when.') })
  .describe(
    'Packets end their TTL on the node while it advertises over BGP: what nobody serves may bounce between it and its routers.',
  );

const listOf = <T extends z.ZodType>(item: T, description: string) =>
  z.array(item).describe(description).meta({ 'x-kubernetes-list-type': 'atomic' }).optional();

const status = z
  .looseObject({
    interfaces: listOf(networkInterface, 'The interfaces of the node that could announce.'),
    l2: listOf(l2Address, 'The layer 2 addresses that the node answers for, or stands by for.'),
    unlisted: z
      .int()
      .min(1)
      .optional()
      .describe(
        'How many addresses that the node answers for are not in l2, since an object of a cluster holds 1.5 MiB.',
      ),
    sessions: listOf(session, 'The BGP sessions of the node.'),
    withheld: listOf(withheld, 'The addresses that the node does not announce, counted by reason.'),
    conflicts: listOf(conflict, 'The machines that claim addresses of ours.'),
    bouncing: bouncing.optional(),
  })
  .describe('What the speaker last reported. It is written when something changes, not at intervals.');

const schema = customObject('SpeakerStatus', { status: status.optional() });

/** What one node's speaker sees and does. Named after the node; written by its speaker alone. */
export type SpeakerStatus = Plain<z.output<typeof schema>>;

/** The report in a {@link SpeakerStatus}. */
export type SpeakerReport = NonNullable<SpeakerStatus['status']>;

/** Addresses not announced, in a {@link SpeakerReport}. */
export type SpeakerWithheld = Plain<z.output<typeof withheld>>;

/** See {@link SpeakerStatus}. */
export const SpeakerStatusKind = defineCustomKind(
  {
    kind: 'SpeakerStatus',
    plural: 'speakerstatuses',
    singular: 'speakerstatus',
    shortName: 'bspk',
    description: 'What the Berth speaker of one node sees and does on the network. It has the name of the node.',
    columns: [
      { name: 'Interface', type: 'string', jsonPath: '.status.interfaces[0].name' },
      { name: 'Up', type: 'boolean', jsonPath: '.status.interfaces[0].up' },
      { name: 'Addresses', type: 'string', jsonPath: '.status.interfaces[0].addresses' },
      { name: 'Withheld', type: 'string', jsonPath: '.status.withheld[*].reason', priority: 1 },
      { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    ],
  },
  schema,
);
