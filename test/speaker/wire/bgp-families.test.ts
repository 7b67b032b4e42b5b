import { beforeEach, describe, expect, it } from 'vitest';
import type { PathAttribute } from '../../../src/speaker/bgp/message/path-attribute.ts';
import type { AssignedInterface } from '../../../src/speaker/wire/bgp-messages.ts';
import { hex } from '../bgp/octets.ts';
import { assignedPeer, BgpScene, INTERFACES } from '../bgp-peer.ts';

const BOTH = assignedPeer({ families: ['IPv4', 'IPv6'] });
const ROUTES = ['198.51.100.1/32', '2001:db8:1::1/128'];
/** What a router offers that carries both families. */
const OFFERED = [
  { capability: 'Multiprotocol', afi: 1, safi: 1 },
  { capability: 'Multiprotocol', afi: 2, safi: 1 },
  { capability: 'FourOctetAsNumber', asNumber: 64513 },
] as const;
const having = (...addresses: readonly string[]) => INTERFACES.map((link) => ({ ...link, addresses }));
const IPV4_ALONE = having('192.0.2.11/24', 'fe80::11/64');

let scene: BgpScene;
beforeEach(() => {
  scene = new BgpScene();
});

/** The next hops of IPv6 routes that the router was told since the beginning, `-` for a withdrawal. */
function ipv6Told(): readonly string[] {
  return scene.router.of('UPDATE').flatMap(({ attributes }) =>
    attributes.flatMap((attribute: PathAttribute) => {
      if (attribute.name === 'MP_REACH_NLRI') return [Buffer.from(attribute.nextHop).toString('hex').slice(-2)];
      return attribute.name === 'MP_UNREACH_NLRI' && attribute.nlri.length > 0 ? ['-'] : [];
    }),
  );
}

function upOn(interfaces: readonly AssignedInterface[]): void {
  scene.router.open = { capabilities: OFFERED };
  scene.assignOn(interfaces, BOTH);
  scene.advertise(ROUTES);
  scene.clock.advance(50);
}

describe('a family that the router does not offer', () => {
  it('is reported as not negotiated, while the other one is told', () => {
    scene.up(BOTH, ROUTES);
    expect(scene.session()).toMatchObject({
      ...{ state: 'Established', advertised: 1, families: ['IPv4'] },
      notCarried: [{ family: 'IPv6', reason: 'FamilyNotNegotiated' }],
    });
    expect([...scene.router.routes]).toEqual(['198.51.100.1/32']);
  });

  it('is no longer reported when the session has ended', () => {
    scene.up(BOTH, ROUTES);
    scene.router.end?.destroy();
    scene.clock.advance(30);
    expect(Object.keys(scene.session() ?? {})).not.toContain('families');
    expect(Object.keys(scene.session() ?? {})).not.toContain('notCarried');
  });
});

describe('an address of the other family', () => {
  it('that comes later has its routes told, without a word about the others or a new session', () => {
    upOn(IPV4_ALONE);
    expect(scene.session()).toMatchObject({ advertised: 1, families: ['IPv4'], notCarried: [{ reason: 'NoNextHop' }] });
    const [since, ipv4] = [scene.session()?.since, scene.router.of('UPDATE').filter(({ nlri }) => nlri.length > 0)];
    scene.assign(BOTH);
    scene.clock.advance(50);
    expect(ipv6Told()).toEqual(['11']);
    expect(scene.session()).toMatchObject({ advertised: 2, families: ['IPv4', 'IPv6'], since });
    expect(scene.session()?.notCarried).toBeUndefined();
    expect(scene.router.of('UPDATE').filter(({ nlri }) => nlri.length > 0)).toEqual(ipv4);
    expect(scene.router.of('OPEN')).toHaveLength(1);
  });

  it('that goes has them withdrawn, and is told of', () => {
    upOn(INTERFACES);
    expect(scene.session()).toMatchObject({ advertised: 2 });
    scene.assignOn(IPV4_ALONE, BOTH);
    scene.clock.advance(50);
    expect(ipv6Told()).toEqual(['11', '-']);
    expect(scene.session()).toMatchObject({
      ...{ state: 'Established', advertised: 1, families: ['IPv4'] },
      notCarried: [{ family: 'IPv6', reason: 'NoNextHop', text: expect.stringMatching(/^eth0, .* no IPv6 address/) }],
    });
    expect(scene.router.of('NOTIFICATION')).toEqual([]);
    expect([...scene.router.routes]).toEqual(['198.51.100.1/32']);
  });

  it('that is replaced by another one has them told anew, without a withdrawal', () => {
    upOn(INTERFACES);
    scene.assignOn(having('192.0.2.11/24', '2001:db8::22/64'), BOTH);
    scene.clock.advance(50);
    expect(ipv6Told()).toEqual(['11', '22']);
  });

  it('that joins the one which routes lead to changes nothing', () => {
    upOn(INTERFACES);
    const before = scene.router.of('UPDATE').length;
    scene.assignOn(having('192.0.2.11/24', '2001:db8::22/64', '2001:db8::11/64'), BOTH);
    scene.clock.advance(50);
    expect(scene.router.of('UPDATE')).toHaveLength(before);
  });

  it('is not needed for the End-of-RIB of a family that was negotiated', () => {
    upOn(IPV4_ALONE);
    const ends = scene.router.of('UPDATE').filter(({ nlri, withdrawn }) => nlri.length + withdrawn.length === 0);
    expect(ends.map(({ attributes }) => attributes)).toEqual([
      [],
      [{ name: 'MP_UNREACH_NLRI', afi: 2, safi: 1, nlri: hex('') }],
    ]);
  });
});

describe('a route whose attributes do not fit a message', () => {
  it('is counted, with examples', () => {
    scene.up();
    const communities = Array.from({ length: 1_020 }, (_, index) => index);
    scene.advertise(['198.51.100.1/32', '198.51.100.2/32'], 'tor', { communities, largeCommunities: [] });
    scene.clock.advance(50);
    expect(scene.session()).toMatchObject({
      ...{ state: 'Established', advertised: 0 },
      oversized: { count: 2, examples: ['198.51.100.1/32', '198.51.100.2/32'] },
    });
    scene.advertise(['198.51.100.1/32']);
    scene.clock.advance(50);
    expect(scene.session()).toMatchObject({ advertised: 1 });
    expect(scene.session()?.oversized).toBeUndefined();
  });
});
