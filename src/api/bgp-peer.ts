import * as z from 'zod';
import { BERTH_NAMESPACE } from './access.ts';
import { PEER_RULES, PLACE_RULES } from './bgp-peer-rules.ts';
import { conditions } from './conditions.ts';
import { wholeSecondsBetween } from './fields/duration.ts';
import { interfaceName } from './fields/interface-name.ts';
import { labelSelector, labelSelectors } from './fields/label-selector.ts';
import { objectName } from './fields/metadata.ts';
import { bgpIdentifier, routerAddress } from './fields/router-address.ts';
import type { Plain } from './plain.ts';
import { customObject, defineCustomKind } from './schema/custom-kind.ts';
import { withRules } from './schema/field-rule.ts';

const asNumber = (description: string) =>
  z.int().min(1).max(4_294_967_295).describe(`${description}, 1 to 4294967295.`);

const flag = (description: string) => z.boolean().default(false).describe(description);

/** Linux takes at most 80 octets (TCP_MD5SIG_MAXKEYLEN); one character has up to 4. */
const password = z
  .string()
  .min(1)
  .max(80)
  .regex(/^[ -~]+$/, { error: 'must be printable ASCII' });

const passwordSecret = z
  .strictObject({
    name: objectName.describe('The name of the Secret. It is of type kubernetes.io/basic-auth, with the key password.'),
    namespace: z
      .enum([BERTH_NAMESPACE])
      .default(BERTH_NAMESPACE)
      .describe("Berth's own namespace, the only one whose Secrets its speakers may read."),
  })
  .describe('The Secret that holds the password. A change of it needs no restart.');

const filePath = z
  .string()
  .max(1024)
  .regex(/^\/[^\0]*$/, { error: 'must be an absolute path such as /etc/berth/tor.key' });

const place = {
  peerAddress: routerAddress
    .describe('The address of the peer. A link-local one (fe80::/10) needs the interface too.')
    .optional(),
  interface: interfaceName
    .describe(
      'The interface that the peer is on. Without peerAddress the peer is unnumbered: its link-local address is learnt from its router advertisements (RFC 4861).',
    )
    .optional(),
  peerASN: asNumber("The peer's AS number").optional(),
  sourceAddress: routerAddress.describe('The address of ours that the session runs from.').optional(),
  routerID: bgpIdentifier
    .describe('Our BGP Identifier, as an IPv4 address other than 0.0.0.0. One is made of the node where none is set.')
    .optional(),
};

const nodeOverride = withRules(
  z.strictObject({
    nodeSelector: labelSelector.describe('Labels of the nodes that this is for.'),
    myASN: asNumber('Our AS number on these nodes').optional(),
    ...place,
  }),
  PLACE_RULES,
).describe('What differs on some nodes. A peerAddress or an interface here takes the place of both above.');

const spec = withRules(
  z.strictObject({
    myASN: asNumber('Our AS number'),
    ...place,
    dynamicASN: z
      .enum(['internal', 'external'])
      .optional()
      .describe('Takes any AS number from the peer, if it is ours (internal), or another one (external).'),
    localASN: asNumber('The AS number that the peer is told instead of myASN').optional(),
    peerPort: z.int32().min(1).max(65_535).default(179).describe('The TCP port of the peer.'),
    vrf: interfaceName
      .describe(
        'The VRF of the nodes that the session is in, by the name of its interface. A node without it has no session.',
      )
      .optional(),
    nodeSelectors: labelSelectors('Labels of the nodes that have a session: one selector must match. Empty means all.'),
    nodeOverrides: z
      .array(nodeOverride)
      .max(64)
      .describe('What differs on some nodes. The first entry that selects a node counts.')
      .meta({ 'x-kubernetes-list-type': 'atomic' })
      .optional(),
    passive: flag('Waits for the peer to connect.'),
    holdTime: wholeSecondsBetween('3s', '65535s', { orZero: true })
      .describe(
        'How much silence ends the session: 3s to 65535s, or 0s for never. Three times the keepaliveTime, or else 90s, where none is set.',
      )
      .optional(),
    keepaliveTime: wholeSecondsBetween('1s', '21845s', { orZero: true })
      .describe(
        'How often we say that we live: 1s to 21845s, less than holdTime. A third of holdTime where none is set.',
      )
      .optional(),
    sendHoldTime: wholeSecondsBetween('4s', '86400s', { orZero: true })
      .describe(
        'How long the peer may take nothing off the connection before the session ends (RFC 9687): longer than holdTime, or 0s for ever. 8 minutes or twice the hold time, the longer one, where none is set.',
      )
      .optional(),
    connectTime: wholeSecondsBetween('1s', '65535s')
      .default('10s')
      .describe('How long to wait between attempts to connect, 1s to 65535s.'),
    password: password.describe('The TCP MD5 password (RFC 2385), for everybody to read.').optional(),
    passwordSecret: passwordSecret.optional(),
    passwordFile: filePath
      .describe('The absolute path, on the node, of a file with the password. A change of it needs no restart.')
      .optional(),
    bfdProfile: objectName.describe('The BFDProfile that guards the session.').optional(),
    enableGracefulRestart: flag(
      'Lets routes outlive a restart of the speaker (RFC 4724): a dead node is then noticed later.',
    ),
    gracefulRestartTime: wholeSecondsBetween('1s', '4095s')
      .default('120s')
      .describe('How long the peer keeps our routes while the speaker restarts, 1s to 4095s.'),
    ebgpMultiHop: flag('Lets an external peer be more than one hop away.'),
    ttlSecurityHops: z
      .int32()
      .min(1)
      .max(254)
      .optional()
      .describe(
        'Takes packets only from that many hops away (GTSM, RFC 5082), 1 to 254. The peer must be set likewise.',
      ),
    dualStackAddressFamily: flag(
      'Sends IPv4 and IPv6 routes over one session. Otherwise it carries the family of its own addresses; a session over link-local addresses always carries both.',
    ),
    disableMP: flag('Of no effect in MetalLB, and only false is taken.'),
  }),
  PEER_RULES,
).describe('A router, and how to talk to it.');

const status = z.looseObject({ conditions: conditions.optional() }).describe('What Berth made of it.');

const schema = customObject('BGPPeer', { spec, status: status.optional() });

/** A router that nodes have BGP sessions with. */
export type BGPPeer = Plain<z.output<typeof schema>>;

/** What a {@link BGPPeer} asks for. */
export type BGPPeerSpec = BGPPeer['spec'];

/** See {@link BGPPeer}. */
export const BGPPeerKind = defineCustomKind(
  {
    kind: 'BGPPeer',
    plural: 'bgppeers',
    singular: 'bgppeer',
    shortName: 'bpeer',
    description: 'A router that nodes advertise addresses of Services to, over BGP.',
    columns: [
      { name: 'Address', type: 'string', jsonPath: '.spec.peerAddress' },
      { name: 'Interface', type: 'string', jsonPath: '.spec.interface', priority: 1 },
      { name: 'Peer AS', type: 'integer', jsonPath: '.spec.peerASN' },
      { name: 'Our AS', type: 'integer', jsonPath: '.spec.myASN' },
      { name: 'BFD profile', type: 'string', jsonPath: '.spec.bfdProfile' },
      { name: 'Graceful', type: 'boolean', jsonPath: '.spec.enableGracefulRestart', priority: 1 },
      { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
      { name: 'Reason', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].reason' },
      { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    ],
  },
  schema,
);
