import { beforeEach, describe, expect, it } from 'vitest';
import { decodeRouterMessage } from '../../../src/speaker/ndp/router-message.ts';
import type { AssignedPeer } from '../../../src/speaker/wire/bgp-messages.ts';
import { CLIENT, STRANGER } from '../arp/frame-bytes.ts';
import { assignedPeer, BgpScene, INTERFACES, MemoryRouter } from '../bgp-peer.ts';
import { routerFrame } from '../ndp/router-frame.ts';

const ROUTE = '198.51.100.1/32';
const PEER: AssignedPeer = assignedPeer({ address: undefined, interface: 'eth0', peerAs: 'external' });
const FIRST = 'fe80::1';
const SECOND = 'fe80::2';

let scene: BgpScene;
let link: { send(frame: Uint8Array): void };
let first: MemoryRouter;
beforeEach(() => {
  scene = new BgpScene();
  first = new MemoryRouter(scene.tcp, FIRST);
  link = scene.segment.open('router', { onFrame: () => {}, onError: () => {} });
});

function begin(peer = PEER): void {
  scene.advertise([ROUTE]);
  scene.up(peer, [ROUTE]);
}

/** A router says that it is there, and is given time to come up. */
function hear(from = FIRST, source = CLIENT, milliseconds = 100): void {
  link.send(routerFrame({ from, source }));
  scene.clock.advance(milliseconds);
}

/** What the node has sent since the last call. */
const sent = () =>
  scene.segment.take().flatMap(({ from, frame }) => {
    const decoded = decodeRouterMessage(frame);
    return from !== 'router' && decoded.ok ? [decoded.message.type] : [];
  });

describe('an unnumbered peer', () => {
  it('is who advertises itself on the interface', () => {
    begin();
    expect(scene.session()).toMatchObject({ state: 'Idle', address: '', lastError: { cause: 'NoNeighbour' } });
    hear();
    expect(scene.session()).toMatchObject({ state: 'Established', address: FIRST, advertised: 1 });
    expect([...first.routes]).toEqual([ROUTE]);
  });

  it('hears of us at once, and is asked for until it is heard', () => {
    begin();
    scene.clock.advance(1000);
    expect(sent()).toEqual(['RouterAdvertisement', 'RouterSolicitation']);
    scene.clock.advance(3000);
    hear(FIRST, CLIENT, 20_000);
    expect(new Set(sent())).toEqual(new Set(['RouterAdvertisement']));
  });

  it('is answered when it asks', () => {
    begin();
    hear(FIRST, CLIENT, 8000);
    sent();
    link.send(routerFrame({ type: 133, body: '00000000' }));
    // The one before was 3 s earlier at the least, and the next is due in 10 s.
    scene.clock.advance(1500);
    expect(sent()).toEqual(['RouterAdvertisement']);
  });

  it.each([
    ['from afar', { hopLimit: 64 }, 'HopLimit'],
    ['from a global address', { from: '2001:db8::1' }, 'NotLinkLocal'],
  ])('is not one whose advertisement comes %s', (_name, parts, reason) => {
    begin();
    link.send(routerFrame(parts));
    scene.clock.advance(100);
    expect([scene.session()?.lastError?.cause, scene.dropped]).toEqual(['NoNeighbour', [reason]]);
  });

  it('is not ourselves, come back by a bridge', () => {
    begin();
    hear('fe80::11', CLIENT);
    hear('fe80::99', '02:00:00:00:00:11');
    expect(scene.session()?.lastError?.cause).toBe('NoNeighbour');
  });

  it('is none of two, until one of them is gone', () => {
    new MemoryRouter(scene.tcp, SECOND);
    scene.tcp.silent.add(FIRST);
    begin();
    hear(FIRST);
    hear(SECOND, STRANGER);
    const { lastError, address } = scene.session() ?? {};
    expect([lastError?.cause, address]).toEqual(['SeveralNeighbours', '']);
    expect(lastError?.text).toBe('2 routers advertise themselves on eth0: fe80::1, fe80::2');
    for (let passed = 0; passed < 12; passed++) hear(SECOND, STRANGER, 1000);
    expect(scene.session()).toMatchObject({ state: 'Established', address: SECOND });
  });

  it('stays while the session is Established, whoever is heard and however long it says nothing', () => {
    begin();
    hear();
    const before = first.received.length;
    hear(SECOND, STRANGER, 120_000);
    expect(scene.session()).toMatchObject({ state: 'Established', address: FIRST });
    expect(first.received.slice(before).filter(({ type }) => type !== 'KEEPALIVE')).toEqual([]);
  });

  it('is the one with the new address, once the session with the old one has ended', () => {
    const second = new MemoryRouter(scene.tcp, SECOND);
    begin();
    hear();
    hear(SECOND, CLIENT);
    expect(scene.session()).toMatchObject({ state: 'Established', address: FIRST });
    first.end?.destroy();
    scene.clock.advance(2000);
    expect(scene.session()).toMatchObject({ state: 'Established', address: SECOND });
    expect([...second.routes]).toEqual([ROUTE]);
  });

  it('is given up when it is heard no more and there is no session', () => {
    scene.tcp.silent.add(FIRST);
    begin();
    hear(FIRST, CLIENT, 29_000);
    expect(scene.session()?.address).toBe(FIRST);
    scene.clock.advance(2000);
    expect(scene.session()).toMatchObject({ address: '', lastError: { cause: 'NoNeighbour' } });
  });

  const eth0 = INTERFACES[0] ?? { name: '', index: 0, mac: '', up: true, addresses: [] };
  it.each([
    ['missing', [], 'the node has no interface eth0'],
    ['down', [{ ...eth0, up: false }], 'interface eth0 is down or has no carrier'],
    ['a tunnel', [{ ...eth0, mac: '' }], 'interface eth0 has no MAC address of Ethernet, and no other is supported'],
    [
      'InfiniBand',
      [{ ...eth0, mac: '80:00:02:08:fe:80:00:00:00:00:00:00:f4:52:14:03:00:7b:cb:a1' }],
      'interface eth0 has no MAC address of Ethernet, and no other is supported',
    ],
    [
      'without an IPv6 address',
      [{ ...eth0, addresses: ['192.0.2.11/24'] }],
      'interface eth0 has no IPv6 link-local address: net.ipv6.conf.eth0.disable_ipv6 must be 0',
    ],
  ])('waits while its interface is %s', (_name, interfaces, text) => {
    scene.assignOn(interfaces, PEER);
    scene.advertise([ROUTE]);
    scene.clock.advance(50);
    expect(scene.session()?.lastError).toMatchObject({ cause: 'InterfaceDown', text });
    scene.assign(PEER);
    hear();
    expect(scene.session()?.state).toBe('Established');
  });

  it('costs nothing and is no longer heard when it is taken away', () => {
    begin();
    hear();
    scene.assign();
    expect(scene.segment.stations).toEqual(['router']);
    sent();
    scene.clock.advance(60_000);
    expect(sent()).toEqual([]);
  });

  it('is heard again when its socket had to be opened anew', () => {
    begin();
    scene.segment.fail('node-2', 'ENETDOWN');
    expect(scene.faults()).toEqual(['router advertisements: node-2: ENETDOWN']);
    expect(scene.segment.stations).toEqual(['router']);
    scene.bgp.open();
    hear();
    expect(scene.session()?.state).toBe('Established');
  });
});
