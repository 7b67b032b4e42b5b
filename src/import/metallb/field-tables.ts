import { BERTH_NAMESPACE } from '../../api/access.ts';
import { type FieldTable, noEqual, SAME, type Translated, told, translated } from '../field-table.ts';
import { wholeSeconds } from './go-duration.ts';
import type {
  BFDProfileSpec,
  BGPAdvertisementSpec,
  CommunitySpec,
  L2AdvertisementSpec,
  PeerSpec,
  PoolSpec,
} from './schemas.ts';

/** MetalLB takes 0 and the empty text for absent. */
const UNLESS_EMPTY = translated((value: string | number) => (value === '' || value === 0 ? {} : { value }));

/** A duration in the one form that our kinds take. What is none is left for our kind to refuse. */
function secondsText(text: string): Translated {
  const seconds = wholeSeconds(text);
  return { value: seconds === undefined ? text : `${seconds}s` };
}

function keepaliveTime(text: string, { holdTime }: PeerSpec): Translated {
  const keepalive = wholeSeconds(text);
  const hold = holdTime === undefined ? undefined : wholeSeconds(holdTime);
  if (keepalive === undefined || hold === undefined || hold === 0) return secondsText(text);
  if (keepalive === 0) return { remark: 'is left out: 0s beside a hold time; a third of the hold time counts' };
  if (keepalive === hold) return { remark: 'is left out: it equals the hold time; a third of that counts' };
  return secondsText(text);
}

/** What becomes of each field of an IPAddressPool. */
export const POOL_FIELDS: FieldTable<PoolSpec> = {
  addresses: SAME,
  autoAssign: SAME,
  avoidBuggyIPs: SAME,
  serviceAllocation: SAME,
};

/** The same of an L2Advertisement. */
export const L2_FIELDS: FieldTable<L2AdvertisementSpec> = {
  ipAddressPools: SAME,
  ipAddressPoolSelectors: SAME,
  nodeSelectors: SAME,
  interfaces: SAME,
  serviceSelectors: SAME,
  preferredNodeSelectors: SAME,
};

/** The same of a BGPAdvertisement. */
export const ROUTE_FIELDS: FieldTable<BGPAdvertisementSpec> = {
  aggregationLength: SAME,
  aggregationLengthV6: SAME,
  localPref: UNLESS_EMPTY,
  communities: SAME,
  ipAddressPools: SAME,
  ipAddressPoolSelectors: SAME,
  nodeSelectors: SAME,
  peers: SAME,
  serviceSelectors: SAME,
};

/** The same of a BGPPeer, of either version. */
export const PEER_FIELDS: FieldTable<PeerSpec> = {
  myASN: SAME,
  peerASN: UNLESS_EMPTY,
  localASN: UNLESS_EMPTY,
  dynamicASN: UNLESS_EMPTY,
  peerAddress: UNLESS_EMPTY,
  interface: UNLESS_EMPTY,
  sourceAddress: UNLESS_EMPTY,
  peerPort: UNLESS_EMPTY,
  holdTime: translated(secondsText),
  keepaliveTime: translated(keepaliveTime),
  connectTime: translated(secondsText),
  routerID: UNLESS_EMPTY,
  nodeSelectors: SAME,
  password: UNLESS_EMPTY,
  passwordSecret: translated(({ name = '' }: NonNullable<PeerSpec['passwordSecret']>) =>
    name === ''
      ? {}
      : {
          value: { name },
          remark: `names the Secret ${name}, which has to be copied to the namespace ${BERTH_NAMESPACE}: Berth reads no other`,
        },
  ),
  bfdProfile: UNLESS_EMPTY,
  enableGracefulRestart: told((value: boolean) =>
    value ? 'is taken: BFD then no longer withdraws the routes of a dead node at once' : null,
  ),
  ebgpMultiHop: SAME,
  vrf: UNLESS_EMPTY,
  disableMP: noEqual(
    'is left out: it has no effect in MetalLB either, and here a session carries one family unless dualStackAddressFamily is set',
    (value: boolean) => !value,
  ),
  dualStackAddressFamily: SAME,
};

/** The same of a BFDProfile. */
export const BFD_FIELDS: FieldTable<BFDProfileSpec> = {
  receiveInterval: SAME,
  transmitInterval: SAME,
  detectMultiplier: SAME,
  echoMode: noEqual(
    'is left out: Berth sends no BFD echo packets, so receiveInterval and transmitInterval alone tell how fast a dead peer is noticed',
    (value: boolean) => !value,
  ),
  echoInterval: noEqual('is left out: Berth sends no BFD echo packets', () => false),
  passiveMode: SAME,
  minimumTtl: SAME,
};

/** The same of a Community. */
export const COMMUNITY_FIELDS: FieldTable<CommunitySpec> = { communities: SAME };
