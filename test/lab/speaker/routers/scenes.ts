import { expect } from 'vitest';
import type { AssignedPeer } from '../../../../src/speaker/wire/bgp-messages.ts';
import type { FeatureName } from './matrix.ts';
import type { RouterSession } from './router.ts';
import type { Stage } from './stage.ts';

/** One session, and what is looked at while it stands. */
export interface Scene {
  readonly name: string;
  /** In this order: each begins with what the one before left. */
  readonly features: readonly FeatureName[];
  /** What differs from a plain session over IPv4. */
  readonly router?: Partial<RouterSession>;
  readonly peer?: Partial<AssignedPeer>;
}

export const IPV4 = '198.51.100.1/32';
export const SECOND_IPV4 = '198.51.100.2/32';
export const IPV6 = '2001:db8:1::1/128';
const OVER_IPV6 = { router: { local: '2001:db8::1', neighbor: '2001:db8::11' }, peer: { address: '2001:db8::1' } };
const BFD = { receiveInterval: 100, transmitInterval: 100, detectMultiplier: 3, passive: false, minimumTtl: 254 };

export const SCENES: readonly Scene[] = [
  {
    name: 'both families over IPv4',
    features: [
      ...(['ipv4', 'bothFamilies', 'largeCommunities', 'dynamicAs', 'collision', 'refresh'] as const),
      ...(['peerRestart', 'gracefulShutdown'] as const),
    ],
    router: { families: ['IPv4', 'IPv6'] },
    peer: { families: ['IPv4', 'IPv6'], peerAs: 'external' },
  },
  {
    name: 'IPv6 with a password',
    features: ['ipv6', 'md5IPv6'],
    router: { ...OVER_IPV6.router, families: ['IPv6'], password: 'hush' },
    peer: { ...OVER_IPV6.peer, families: ['IPv6'], password: 'hush' },
  },
  {
    name: 'IPv4 over IPv6',
    features: ['extendedNextHop'],
    router: { ...OVER_IPV6.router, families: ['IPv4', 'IPv6'], extendedNextHop: true },
    peer: { ...OVER_IPV6.peer, families: ['IPv4', 'IPv6'], extendedNextHop: true },
  },
  {
    name: 'IPv4 with a password and a short hold time',
    features: ['md5IPv4', 'holdTime', 'fast'],
    router: { password: 'hush', holdTime: 3 },
    peer: { password: 'hush', holdTime: 3 },
  },
  {
    name: 'TTL security and a long AS number',
    features: ['ttlSecurity', 'fourOctetAs'],
    router: { ttlSecurity: true, peerAs: 4_200_000_001 },
    peer: { ttlSecurityHops: 1, localAs: 4_200_000_001 },
  },
  {
    name: 'one AS',
    features: ['internal'],
    router: { localAs: 64_512 },
    peer: { peerAs: 'internal' },
  },
  {
    name: 'BFD',
    features: ['bfd'],
    router: { bfd: true },
    peer: { bfd: BFD },
  },
  {
    name: 'graceful restart',
    features: ['graceful'],
    router: { gracefulRestart: true },
    peer: { gracefulRestartTime: 60 },
  },
  {
    name: 'a router behind the next hop',
    features: ['multihop', 'bfdMultihop'],
    router: { local: '203.0.113.1', multihop: true, bfd: true },
    peer: { address: '203.0.113.1', multihop: true, bfd: { ...BFD, minimumTtl: 60 } },
  },
  {
    name: 'link-local addresses',
    features: ['linkLocal'],
    router: { interface: 'eth0', families: ['IPv4', 'IPv6'], extendedNextHop: true },
    peer: { interface: 'eth0', families: ['IPv4', 'IPv6'], extendedNextHop: true },
  },
  {
    name: 'interfaces alone',
    features: ['unnumbered'],
    router: { interface: 'eth0', unnumbered: true, families: ['IPv4', 'IPv6'], extendedNextHop: true },
    peer: { interface: 'eth0', peerAs: 'external', families: ['IPv4', 'IPv6'], extendedNextHop: true },
  },
  {
    name: 'interfaces alone, a password and BFD',
    features: ['unnumberedMd5', 'unnumberedBfd'],
    router: {
      ...{ interface: 'eth0', unnumbered: true, families: ['IPv4', 'IPv6'], extendedNextHop: true },
      ...{ password: 'hush', bfd: true },
    },
    peer: {
      ...{ interface: 'eth0', peerAs: 'external', families: ['IPv4', 'IPv6'], extendedNextHop: true },
      ...{ password: 'wrong', bfd: BFD },
    },
  },
];

/** How each feature is looked at. */
export const CHECKS: Readonly<Record<FeatureName, (stage: Stage) => Promise<void>>> = {
  ipv4: async (stage) => expect((await stage.shows(IPV4)).nextHops).toEqual(['192.0.2.11']),
  ipv6: async (stage) => expect((await stage.shows(IPV6)).nextHops).toContain('2001:db8::11'),
  async bothFamilies(stage) {
    expect((await stage.shows(IPV4)).nextHops).toEqual(['192.0.2.11']);
    expect((await stage.shows(IPV6)).nextHops).toContain('2001:db8::11');
  },
  extendedNextHop: async (stage) => expect((await stage.shows(IPV4)).nextHops).toContain('2001:db8::11'),
  async md5IPv4(stage) {
    await stage.shows(IPV4);
  },
  async md5IPv6(stage) {
    await stage.shows(IPV6);
  },
  async ttlSecurity(stage) {
    await stage.shows(IPV4);
  },
  async bfd(stage) {
    await stage.shows(IPV4);
    await stage.bfdUp();
    stage.freeze();
    await stage.misses(IPV4, 2_000);
  },
  bfdMultihop: (stage) => CHECKS.bfd(stage),
  async fast(stage) {
    await stage.shows(IPV4);
    stage.worker.stop('Restart');
    await stage.misses(IPV4, 2_000);
  },
  async graceful(stage) {
    await stage.shows(IPV4);
    await stage.shows(SECOND_IPV4);
    stage.worker.stop('Restart');
    await stage.ended();
    await stage.shows(IPV4);
    await stage.startWorker([IPV4]);
    await stage.misses(SECOND_IPV4);
    await stage.shows(IPV4);
  },
  async gracefulShutdown(stage) {
    await stage.shows(IPV4);
    stage.worker.stop('Leave');
    await stage.showsWith(IPV4, ({ communities }) => communities.includes('65535:0'), 1_500);
    await stage.misses(IPV4);
  },
  async largeCommunities(stage) {
    const { communities, largeCommunities } = await stage.shows(IPV4);
    expect([communities, largeCommunities]).toEqual([['64512:7'], ['64512:1:2']]);
  },
  fourOctetAs: async (stage) => expect((await stage.shows(IPV4)).asPath).toEqual([4_200_000_001]),
  internal: async (stage) => expect(await stage.shows(IPV4)).toMatchObject({ localPref: 300, asPath: [] }),
  async multihop(stage) {
    await stage.shows(IPV4);
  },
  async linkLocal(stage) {
    expect((await stage.shows(IPV4)).nextHops.join(' ')).toMatch(/2001:db8::11|fe80/);
    expect((await stage.shows(IPV6)).nextHops.join(' ')).toMatch(/2001:db8::11|fe80/);
  },
  async unnumbered(stage) {
    await CHECKS.linkLocal(stage);
    expect(stage.worker.session()?.address).toMatch(/^fe80::/);
    await stage.installs(IPV4, /via inet6 fe80::\S+ dev eth0/);
  },
  async unnumberedMd5(stage) {
    // A router that only listens drops what we send without a word.
    await stage.worker.until('a password is at fault, or may be', ({ lastError }) => {
      return /password/.test(lastError?.text ?? '');
    });
    expect(await stage.router.route(IPV4)).toBeUndefined();
    await stage.assign({ password: 'hush' });
    await CHECKS.linkLocal(stage);
    expect(stage.worker.session()?.address).toMatch(/^fe80::/);
  },
  async unnumberedBfd(stage) {
    await CHECKS.bfd(stage);
  },
  dynamicAs: async (stage) => expect((await stage.shows(IPV4)).asPath).toEqual([64_512]),
  async refresh(stage) {
    await stage.shows(IPV4);
    await stage.router.refresh();
    await stage.shows(IPV4);
    expect(stage.worker.session()?.state).toBe('Established');
  },
  async collision(stage) {
    await stage.shows(IPV4);
    await stage.oneConnection();
  },
  async holdTime(stage) {
    await stage.shows(IPV4);
    stage.freeze();
    await stage.misses(IPV4);
    stage.thaw();
    await stage.shows(IPV4);
  },
  async peerRestart(stage) {
    await stage.shows(IPV4);
    await stage.restartRouter();
    await stage.shows(IPV4);
  },
};
