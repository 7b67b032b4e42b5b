import * as z from 'zod';
import { labelSelector } from '../../api/fields/label-selector.ts';
import type { Plain } from '../../api/plain.ts';

// The specs of MetalLB's kinds: which fields there are, and of which type. Ranges and shapes are left to our own kinds,
// which have the same ones and more.
const names = z.array(z.string()).optional();
const selectors = z.array(labelSelector).optional();
const asNumber = z.int().optional();
const text = z.string().optional();
const flag = z.boolean().optional();

export const poolSpec = z.strictObject({
  addresses: z.array(z.string()),
  autoAssign: flag,
  avoidBuggyIPs: flag,
  serviceAllocation: z
    .strictObject({
      priority: z.int().optional(),
      namespaces: names,
      namespaceSelectors: selectors,
      serviceSelectors: selectors,
    })
    .optional(),
});

export const l2AdvertisementSpec = z.strictObject({
  ipAddressPools: names,
  ipAddressPoolSelectors: selectors,
  nodeSelectors: selectors,
  interfaces: names,
  serviceSelectors: selectors,
  preferredNodeSelectors: z.array(z.strictObject({ weight: z.int(), preference: labelSelector })).optional(),
});

/** What a prefix is advertised with. */
const routeShape = {
  aggregationLength: z.int().optional(),
  aggregationLengthV6: z.int().optional(),
  localPref: z.int().optional(),
  communities: names,
};

export const bgpAdvertisementSpec = z.strictObject({
  ...routeShape,
  ipAddressPools: names,
  ipAddressPoolSelectors: selectors,
  nodeSelectors: selectors,
  peers: names,
  serviceSelectors: selectors,
});

/** The fields of version v1beta1. */
const peerShape = {
  myASN: asNumber,
  peerASN: asNumber,
  peerAddress: text,
  sourceAddress: text,
  peerPort: z.int().optional(),
  holdTime: text,
  keepaliveTime: text,
  routerID: text,
  nodeSelectors: selectors,
  password: text,
  bfdProfile: text,
  ebgpMultiHop: flag,
};

export const olderPeerSpec = z.strictObject(peerShape);

export const peerSpec = z.strictObject({
  ...peerShape,
  localASN: asNumber,
  dynamicASN: text,
  interface: text,
  connectTime: text,
  passwordSecret: z.strictObject({ name: text, namespace: text }).optional(),
  enableGracefulRestart: flag,
  vrf: text,
  disableMP: flag,
  dualStackAddressFamily: flag,
});

export const bfdProfileSpec = z.strictObject({
  receiveInterval: z.int().optional(),
  transmitInterval: z.int().optional(),
  detectMultiplier: z.int().optional(),
  echoInterval: z.int().optional(),
  echoMode: flag,
  passiveMode: flag,
  minimumTtl: z.int().optional(),
});

export const communitySpec = z.strictObject({
  communities: z.array(z.strictObject({ name: z.string(), value: z.string() })).optional(),
});

/** The pool of MetalLB before 0.13, which says itself how it is announced. */
export const addressPoolSpec = z.strictObject({
  protocol: z.enum(['layer2', 'bgp']),
  addresses: z.array(z.string()),
  autoAssign: flag,
  avoidBuggyIPs: flag,
  bgpAdvertisements: z.array(z.strictObject(routeShape)).optional(),
});

export type PoolSpec = Plain<z.output<typeof poolSpec>>;
export type L2AdvertisementSpec = Plain<z.output<typeof l2AdvertisementSpec>>;
export type BGPAdvertisementSpec = Plain<z.output<typeof bgpAdvertisementSpec>>;
export type PeerSpec = Plain<z.output<typeof peerSpec>>;
export type BFDProfileSpec = Plain<z.output<typeof bfdProfileSpec>>;
export type CommunitySpec = Plain<z.output<typeof communitySpec>>;
export type AddressPoolSpec = Plain<z.output<typeof addressPoolSpec>>;
