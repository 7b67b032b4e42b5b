import { seconds } from './fields/duration.ts';
import { celIsLinkLocalIPv6, isLinkLocalIPv6, readAddress } from './fields/router-address.ts';
import type { FieldRule } from './schema/field-rule.ts';

/** Where a peer is: its address, the interface it is on, or both. */
interface PeerPlace {
  readonly peerAddress?: string | undefined;
  readonly interface?: string | undefined;
}

/** What the rules between the fields of a BGPPeer look at. */
interface RuledPeer extends PeerPlace {
  readonly myASN: number;
  readonly localASN?: number | undefined;
  readonly peerASN?: number | undefined;
  readonly dynamicASN?: 'internal' | 'external' | undefined;
  readonly sourceAddress?: string | undefined;
  readonly ebgpMultiHop: boolean;
  readonly ttlSecurityHops?: number | undefined;
  readonly holdTime?: string | undefined;
  readonly keepaliveTime?: string | undefined;
  readonly sendHoldTime?: string | undefined;
  readonly password?: string | undefined;
  readonly passwordSecret?: object | undefined;
  readonly passwordFile?: string | undefined;
  readonly disableMP: boolean;
}

/** HoldTime where none is set (RFC 4271 section 10), in seconds. */
const DEFAULT_HOLD_TIME = 90;

/** HoldTime in seconds: as set, or three times the keepaliveTime, or 90. */
export function holdTimeOf({ holdTime, keepaliveTime }: Pick<RuledPeer, 'holdTime' | 'keepaliveTime'>): number {
  if (holdTime !== undefined) return seconds(holdTime);
  return keepaliveTime === undefined ? DEFAULT_HOLD_TIME : 3 * seconds(keepaliveTime);
}

const SECONDS = (field: string) => `duration(self.${field}).getSeconds()`;
const HOLD = `(has(self.holdTime) ? ${SECONDS('holdTime')} : has(self.keepaliveTime) ? 3 * ${SECONDS('keepaliveTime')} : ${DEFAULT_HOLD_TIME})`;
const IS_LINK_LOCAL = `(has(self.peerAddress) && ${celIsLinkLocalIPv6('self.peerAddress')})`;
const OWN_AS = '(has(self.localASN) ? self.localASN : self.myASN)';

const isLinkLocal = ({ peerAddress }: PeerPlace) => peerAddress !== undefined && isLinkLocalIPv6(peerAddress);

/** An interface without an address, or with one that means something there alone. */
export const PLACE_RULES: readonly FieldRule<PeerPlace>[] = [
  {
    field: 'interface',
    message: 'goes with a peerAddress only where that is link-local (fe80::/10): take one of the two out',
    cel: `!has(self.interface) || !has(self.peerAddress) || ${IS_LINK_LOCAL}`,
    holds: (peer) => peer.interface === undefined || peer.peerAddress === undefined || isLinkLocal(peer),
  },
  {
    field: 'peerAddress',
    message: 'is link-local: name the interface that the peer is on',
    cel: `has(self.interface) || !${IS_LINK_LOCAL}`,
    holds: (peer) => peer.interface !== undefined || !isLinkLocal(peer),
  },
];

/** What must hold between the fields of a BGPPeer. */
export const PEER_RULES: readonly FieldRule<RuledPeer>[] = [
  {
    field: 'peerASN',
    message: 'must be set where dynamicASN is not, and only there',
    cel: 'has(self.peerASN) != has(self.dynamicASN)',
    holds: ({ peerASN, dynamicASN }) => (peerASN === undefined) !== (dynamicASN === undefined),
  },
  {
    field: 'peerAddress',
    message: 'is required, or interface for a peer without an address of its own',
    cel: 'has(self.peerAddress) || has(self.interface)',
    holds: (peer) => peer.peerAddress !== undefined || peer.interface !== undefined,
  },
  ...PLACE_RULES,
  {
    field: 'sourceAddress',
    message: 'must be of the family of peerAddress, and goes with no interface',
    cel: '!has(self.sourceAddress) || (!has(self.interface) && has(self.peerAddress) && isIP(self.sourceAddress) && isIP(self.peerAddress) && ip(self.sourceAddress).family() == ip(self.peerAddress).family())',
    holds: (peer) =>
      peer.sourceAddress === undefined ||
      (peer.interface === undefined &&
        readAddress(peer.sourceAddress)?.family === readAddress(peer.peerAddress ?? '')?.family),
  },
  {
    field: 'password',
    message: 'must be the only one of password, passwordSecret and passwordFile: take the others out',
    cel: '[has(self.password), has(self.passwordSecret), has(self.passwordFile)].filter(given, given).size() <= 1',
    holds: ({ password, passwordSecret, passwordFile }) =>
      [password, passwordSecret, passwordFile].filter((given) => given !== undefined).length <= 1,
  },
  {
    field: 'ebgpMultiHop',
    message: 'is for external peers: take it out, as an internal peer may be any number of hops away',
    cel: `!self.ebgpMultiHop || !((has(self.peerASN) && self.peerASN == ${OWN_AS}) || (has(self.dynamicASN) && self.dynamicASN == 'internal'))`,
    holds: ({ ebgpMultiHop, peerASN, dynamicASN, localASN, myASN }) =>
      !ebgpMultiHop || (peerASN !== (localASN ?? myASN) && dynamicASN !== 'internal'),
  },
  {
    field: 'ebgpMultiHop',
    message: 'goes with no interface: a peer that is named by its interface is one hop away',
    cel: '!self.ebgpMultiHop || !has(self.interface)',
    holds: (peer) => !peer.ebgpMultiHop || peer.interface === undefined,
  },
  {
    field: 'ttlSecurityHops',
    message: 'goes without ebgpMultiHop: it says itself how many hops away the peer may be',
    cel: '!self.ebgpMultiHop || !has(self.ttlSecurityHops)',
    holds: ({ ebgpMultiHop, ttlSecurityHops }) => !ebgpMultiHop || ttlSecurityHops === undefined,
  },
  {
    field: 'keepaliveTime',
    message: 'must be shorter than holdTime, and 0s exactly where holdTime is 0s',
    cel: `!has(self.keepaliveTime) || !has(self.holdTime) || (${SECONDS('holdTime')} == 0 ? ${SECONDS('keepaliveTime')} == 0 : ${SECONDS('keepaliveTime')} > 0 && ${SECONDS('keepaliveTime')} < ${SECONDS('holdTime')})`,
    holds: ({ keepaliveTime, holdTime }) => {
      if (keepaliveTime === undefined || holdTime === undefined) return true;
      const [keepalive, hold] = [seconds(keepaliveTime), seconds(holdTime)];
      return hold === 0 ? keepalive === 0 : keepalive > 0 && keepalive < hold;
    },
  },
  {
    field: 'sendHoldTime',
    message: 'must be longer than the hold time (90s where none is set), or 0s for none',
    cel: `!has(self.sendHoldTime) || ${SECONDS('sendHoldTime')} == 0 || ${SECONDS('sendHoldTime')} > ${HOLD}`,
    holds: ({ sendHoldTime, ...times }) =>
      sendHoldTime === undefined || seconds(sendHoldTime) === 0 || seconds(sendHoldTime) > holdTimeOf(times),
  },
  {
    field: 'disableMP',
    message: 'cannot be true: a session carries the family of its addresses alone unless dualStackAddressFamily is set',
    cel: '!self.disableMP',
    holds: ({ disableMP }) => !disableMP,
  },
];
