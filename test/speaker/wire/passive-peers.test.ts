import { beforeEach, describe, expect, it } from 'vitest';
import { assignedPeer, BgpScene, MemoryRouter, TOR } from '../bgp-peer.ts';

const PASSIVE = assignedPeer({ passive: true });
const WAITS = /^waits for the router to connect: nobody has from 192\.0\.2\.1 since 2026-01-01T00:00:00\.000Z/;

let scene: BgpScene;
beforeEach(() => {
  scene = new BgpScene();
});

const error = (peer = 'tor') => scene.session(peer)?.lastError;
const reports = () => scene.sent.filter(({ type }) => type === 'sessions').length;

describe('a passive peer', () => {
  it('is missed after a while, once, and since it was first waited for', () => {
    scene.up(PASSIVE);
    expect([scene.session()?.state, error()]).toEqual(['Active', undefined]);
    scene.clock.advance(20_000);
    expect(error()).toMatchObject({ code: 0, cause: 'NobodyConnects', at: scene.session()?.since });
    expect(error()?.text).toMatch(new RegExp(`${WAITS.source}$`));
    const before = reports();
    scene.clock.advance(600_000);
    expect(reports()).toBe(before);
  });

  it('is not, where it connects', () => {
    scene.up(PASSIVE);
    scene.router.connect();
    scene.clock.advance(60_000);
    expect([scene.session()?.state, error()]).toEqual(['Established', undefined]);
  });

  it('has tried and failed: what went wrong stays for as long as a router takes to try again', () => {
    scene.router.open = { asNumber: 64999, capabilities: [{ capability: 'FourOctetAsNumber', asNumber: 64999 }] };
    scene.up(PASSIVE);
    scene.router.connect();
    scene.clock.advance(120_000);
    expect(error()?.cause).toBe('WrongAS');
    scene.clock.advance(60_000);
    expect(error()?.cause).toBe('NobodyConnects');
    expect(error()?.text).toMatch(
      /since 2026-01-01T00:00:01.*; the session before ended with: sent: OPEN Message Error/,
    );
    scene.router.connect();
    scene.clock.advance(1000);
    expect(error()?.cause).toBe('WrongAS');
  });

  it.each([
    ['PasswordMismatch', { md5: 3, hopLimit: 0 }, /whose MD5 signature is wrong or missing/],
    ['TTLTooLow', { md5: 0, hopLimit: 1 }, /too low a TTL/],
  ] as const)('that the kernel keeps out is told of as %s', (cause, drops, text) => {
    scene.drops = { md5: 7, hopLimit: 7 };
    scene.up(PASSIVE);
    scene.clock.advance(20_000);
    expect(error()?.cause).toBe('NobodyConnects');
    scene.drops = { md5: 7 + drops.md5, hopLimit: 7 + drops.hopLimit };
    scene.clock.advance(10_000);
    expect(error()?.cause).toBe(cause);
    expect(error()?.text).toMatch(WAITS);
    expect(error()?.text).toMatch(text);
  });

  it('is waited for where the kernel does not say what it keeps out, and no blame falls on what it kept out before', () => {
    scene.drops = undefined;
    scene.up(PASSIVE);
    scene.clock.advance(20_000);
    expect(error()?.cause).toBe('NobodyConnects');
    scene.drops = { md5: 7, hopLimit: 7 };
    scene.clock.advance(20_000);
    expect(error()?.cause).toBe('NobodyConnects');
    scene.drops = undefined;
    scene.clock.advance(20_000);
    expect(error()?.cause).toBe('NobodyConnects');
    scene.drops = { md5: 8, hopLimit: 7 };
    scene.clock.advance(20_000);
    expect(error()?.cause).toBe('PasswordMismatch');
  });

  it('that connects from another address is told of with that', () => {
    scene.up(PASSIVE);
    const other = new MemoryRouter(scene.tcp, '192.0.2.7');
    for (let attempt = 0; attempt < 2; attempt++) {
      other.connect();
      scene.clock.advance(10_000);
    }
    expect(other.end?.open).toBe(false);
    expect(error()?.cause).toBe('OtherAddressConnects');
    expect(error()?.text).toMatch(/and who did, from 192\.0\.2\.7, is the peer of no session here$/);
  });

  describe('while a scanner connects from one address after another', () => {
    let scanned = 0;
    const scan = (times: number) => {
      for (let time = 0; time < times; time++) {
        scanned += 1;
        new MemoryRouter(scene.tcp, `203.0.113.${scanned % 250}`).connect();
        scene.clock.advance(10_000);
      }
    };
    beforeEach(() => {
      scanned = 0;
      scene.up(PASSIVE);
    });

    it('is told of in words that stay', () => {
      scan(4);
      expect(error()?.text).toMatch(/from 203\.0\.113\.1, 203\.0\.113\.2, 203\.0\.113\.3, 203\.0\.113\.4, is the peer/);
      scan(2);
      const before = reports();
      scan(200);
      expect(reports()).toBe(before);
      expect(error()?.text).toMatch(
        /and who did, from many addresses, each of them once, is the peer of no session here$/,
      );
    });

    it('is told of with the address that goes on trying', () => {
      const other = new MemoryRouter(scene.tcp, '192.0.2.7');
      const tried = () => {
        other.connect();
        scan(12);
      };
      for (let attempt = 0; attempt < 2; attempt++) tried();
      const before = reports();
      for (let attempt = 0; attempt < 9; attempt++) tried();
      expect(reports()).toBe(before);
      expect(error()?.text).toMatch(/and who did, from 192\.0\.2\.7, is the peer of no session here$/);
    });

    it('is told of with the first four of those who all go on trying', () => {
      for (let round = 0; round < 3; round++) {
        scanned = 0;
        scan(7);
      }
      const before = reports();
      scanned = 3;
      scan(4);
      expect(reports()).toBe(before);
      expect(error()?.text).toMatch(/from 203\.0\.113\.1, .*2, .*3, 203\.0\.113\.4 and others, is the peer/);
    });
  });

  it('of those who connected before it was waited for nothing is said', () => {
    scene.up(assignedPeer({ peer: 'other', address: '192.0.2.2' }));
    scene.router.connect();
    scene.clock.advance(1000);
    scene.assign(assignedPeer({ passive: true, address: '192.0.2.3' }));
    scene.advertise([]);
    scene.clock.advance(20_000);
    expect(error()?.cause).toBe('NobodyConnects');
  });

  it('that nobody listens for is told of at once, until somebody does', () => {
    scene.tcp.broken = 'cannot listen on TCP port 179 (IPv4): another process has it';
    scene.up(PASSIVE);
    expect(error()).toMatchObject({ cause: 'NotListening', text: expect.stringContaining('another process has it') });
    scene.tcp.broken = undefined;
    scene.bgp.open();
    scene.clock.advance(20_000);
    expect(error()?.cause).toBe('NobodyConnects');
  });

  it('is waited for anew after a session', () => {
    scene.up(PASSIVE);
    scene.clock.advance(20_000);
    scene.router.connect();
    scene.clock.advance(1000);
    scene.router.end?.destroy();
    scene.clock.advance(60_000);
    expect(error()?.cause).toBe('ConnectionClosed');
    scene.clock.advance(120_000);
    expect(error()?.text).toMatch(/from 192\.0\.2\.1 since 2026-01-01T00:00:2\d.*ended with: TCP: connection reset/);
  });

  it('costs nothing once it is gone', () => {
    scene.up(PASSIVE);
    scene.assign();
    scene.clock.advance(20_000);
    expect(scene.clock.pending).toBe(0);
  });

  it('says what ended it when the speaker stops', () => {
    scene.up(PASSIVE);
    scene.clock.advance(20_000);
    scene.bgp.stop('Leave');
    scene.bgp.close();
    expect([scene.session()?.state, error()]).toEqual(['Idle', undefined]);
  });
});

describe('an active peer', () => {
  it('is no matter of waiting', () => {
    scene.tcp.silent.add(TOR);
    scene.up();
    scene.clock.advance(60_000);
    expect(error()?.cause).toBe('NoAnswer');
  });

  it('has no answer where the kernel does not say what it keeps out', () => {
    scene.drops = undefined;
    scene.tcp.silent.add(TOR);
    scene.up();
    scene.clock.advance(60_000);
    expect(error()?.cause).toBe('NoAnswer');
  });
});

describe('a peer whose address is that of another one', () => {
  const LIMITED = assignedPeer({ peer: 'second', port: 1179, outgoingOnly: true, password: 'second' });

  it('has no key at the port, and nobody who connects is taken for it', () => {
    const first = assignedPeer({ peer: 'tor', passive: true, password: 'first' });
    scene.assign(LIMITED, first);
    for (const peer of ['second', 'tor']) scene.advertise(['198.51.100.1/32'], peer);
    scene.clock.advance(50);
    expect(scene.tcp.port('192.0.2.11', 179)?.keys).toEqual(new Map([[TOR, 'first']]));
    scene.router.connect();
    scene.clock.advance(100);
    expect([scene.session('tor')?.state, scene.session('second')?.state]).toEqual(['Established', 'Active']);
  });

  it('goes on when the other is gone, and may be connected to from then on', () => {
    scene.router.listen();
    scene.up(assignedPeer({ outgoingOnly: true, password: 'x' }));
    expect(scene.tcp.port('192.0.2.11', 179)).toBeUndefined();
    scene.assign(assignedPeer({ password: 'x' }));
    scene.clock.advance(100);
    expect(scene.router.of('OPEN')).toHaveLength(1);
    expect(scene.session()?.state).toBe('Established');
    expect(scene.tcp.port('192.0.2.11', 179)?.keys).toEqual(new Map([[TOR, 'x']]));
  });
});
