import { expect } from 'vitest';
import type { FeatureName } from './matrix.ts';
import type { ShownRoute } from './router.ts';
import { IPV4, IPV6, SECOND_IPV4 } from './scenes.ts';
import type { Stage } from './stage.ts';

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
    await stage.assign({ ttlSecurityHops: undefined });
    await stage.misses(IPV4);
    await stage.neverShows(IPV4, 2_000);
  },
  async ttlSecurityAlone(stage) {
    await stage.shows(IPV6);
    await stage.assign({ ttlSecurityHops: 1 });
    await stage.misses(IPV6);
    await stage.neverShows(IPV6, 2_000);
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
    for (const prefix of [IPV4, SECOND_IPV4, IPV6]) await stage.shows(prefix);
    await stage.bfdUpIfAny();
    stage.worker.stop('Restart');
    await stage.ended();
    for (const prefix of [IPV4, SECOND_IPV4, IPV6]) await stage.keepsAsStale(prefix);
    await stage.startWorker([IPV4, IPV6]);
    await stage.misses(SECOND_IPV4);
    for (const prefix of [IPV4, IPV6]) {
      await stage.shows(prefix);
      await stage.keepsNothingStale(prefix);
    }
  },
  async gracefulPeer(stage) {
    await stage.restartRouter();
    for (const prefix of [IPV4, IPV6]) await stage.shows(prefix);
    // The router may have the routes before the worker has told of its session.
    await stage.worker.established();
  },
  async gracefulShutdown(stage) {
    await stage.shows(IPV4);
    stage.worker.stop('Leave');
    const { localPref } = await stage.showsWith(IPV4, isLeaving, 1_500);
    // ExaBGP has no policy; GoBGP takes a LOCAL_PREF of 0 for none.
    expect(localPref ?? 0).toBeLessThanOrEqual(1);
    await stage.misses(IPV4);
  },
  async internalShutdown(stage) {
    await stage.shows(IPV4);
    stage.worker.stop('Leave');
    const { localPref } = await stage.showsWith(IPV4, isLeaving, 1_500);
    expect(localPref).toBeLessThanOrEqual(1);
    await stage.misses(IPV4);
  },
  async largeCommunities(stage) {
    const { communities, largeCommunities } = await stage.shows(IPV4);
    expect([communities, largeCommunities]).toEqual([['64512:7'], ['64512:1:2']]);
  },
  fourOctetAs: async (stage) => expect((await stage.shows(IPV4)).asPath).toEqual([4_200_000_001]),
  async internal(stage) {
    expect(await stage.shows(IPV4)).toMatchObject({ localPref: 300, asPath: [] });
    await stage.bfdUpIfAny();
  },
  async multihop(stage) {
    await stage.shows(IPV4);
  },
  async linkLocal(stage) {
    expect((await stage.shows(IPV4)).nextHops.join(' ')).toMatch(/2001:db8::11|fe80/);
    expect((await stage.shows(IPV6)).nextHops.join(' ')).toMatch(/2001:db8::11|fe80/);
  },
  async unnumbered(stage) {
    await CHECKS.linkLocal(stage);
    await stage.worker.until('it knows where the router is', ({ address }) => address.startsWith('fe80::'));
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
    await stage.worker.until('it knows where the router is', ({ address }) => address.startsWith('fe80::'));
  },
  async unnumberedBfd(stage) {
    await CHECKS.bfd(stage);
  },
  dynamicAs: async (stage) => expect((await stage.shows(IPV4)).asPath).toEqual([64_512]),
  async refresh(stage) {
    for (const prefix of [IPV4, SECOND_IPV4, IPV6]) await stage.shows(prefix);
    await stage.receivesAgain(2);
    for (const prefix of [IPV4, SECOND_IPV4, IPV6]) await stage.shows(prefix);
    await stage.worker.established();
  },
  async collision(stage) {
    await stage.collide();
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

function isLeaving({ communities }: ShownRoute): boolean {
  return communities.includes('65535:0');
}
