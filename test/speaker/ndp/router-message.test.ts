import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMac } from '../../../src/speaker/arp/mac-address.ts';
import {
  decodeRouterMessage,
  encodeRouterMessage,
  ROUTER_DECODE_DROPS,
  type RouterAdvertisement,
  type RouterMessage,
  type RouterSolicitation,
  routerAdvertisement,
  routerSolicitation,
} from '../../../src/speaker/ndp/router-message.ts';
import { CLIENT, hex, NODE, octets } from '../arp/frame-bytes.ts';
import { ALL_NODES, ALL_NODES_MAC, integer, sourceLink } from './frame-bytes.ts';
import { ALL_ROUTERS, ALL_ROUTERS_MAC, ROUTER6, routerFrame } from './router-frame.ts';

const advertisement: RouterAdvertisement = {
  type: 'RouterAdvertisement',
  destination: parseMac(ALL_NODES_MAC),
  source: parseMac(CLIENT),
  sourceAddress: integer(ROUTER6),
  destinationAddress: integer(ALL_NODES),
  lifetime: 30,
  linkAddress: parseMac(CLIENT),
};
const solicitation: RouterSolicitation = {
  type: 'RouterSolicitation',
  destination: parseMac(ALL_ROUTERS_MAC),
  source: parseMac(NODE),
  sourceAddress: integer('fe80::11'),
  destinationAddress: integer(ALL_ROUTERS),
  linkAddress: parseMac(NODE),
};
const SOLICITED = {
  source: NODE,
  from: 'fe80::11',
  to: ALL_ROUTERS,
  destination: ALL_ROUTERS_MAC,
  type: 133,
  body: '00000000',
};
const { linkAddress: _link, ...bare } = advertisement;

const ROWS: readonly (readonly [name: string, message: RouterMessage, bytes: Uint8Array])[] = [
  ['an advertisement', advertisement, routerFrame()],
  ['an advertisement without a link-layer address', bare, routerFrame({ options: '' })],
  ['a solicitation', solicitation, routerFrame(SOLICITED)],
];

describe('messages of router discovery', () => {
  it.each(ROWS)('are read and written: %s', (_name, message, bytes) => {
    expect(decodeRouterMessage(bytes)).toEqual({ ok: true, message });
    expect(Buffer.from(encodeRouterMessage(message)).toString('hex')).toBe(Buffer.from(bytes).toString('hex'));
  });

  it('that are ours ask all routers, and tell all nodes that nobody is a default router', () => {
    const own = { address: integer('fe80::11'), mac: parseMac(NODE) };
    expect(routerSolicitation(own)).toEqual(solicitation);
    const sent = { ...advertisement, source: own.mac, sourceAddress: own.address, linkAddress: own.mac, lifetime: 0 };
    expect(routerAdvertisement(own)).toEqual(sent);
  });

  it('may say more than is read: hop limit, flags, times, prefixes', () => {
    const prefix = `030440c0${'00'.repeat(28)}`;
    const bytes = routerFrame({ body: '40c8001e0000753000000bb8', options: `${prefix}${sourceLink(CLIENT)}` });
    expect(decodeRouterMessage(bytes)).toEqual({ ok: true, message: advertisement });
  });

  it('are taken from nobody in particular when they ask', () => {
    const bytes = routerFrame({ ...SOLICITED, from: '::', options: '' });
    expect(decodeRouterMessage(bytes)).toMatchObject({ ok: true, message: { type: 'RouterSolicitation' } });
  });

  const cut = (length: number) => routerFrame().subarray(0, length);
  const drops = [
    ['Truncated', 'nothing at all', new Uint8Array(0)],
    ['Truncated', 'an advertisement as short as a solicitation', routerFrame({ body: '00000000', options: '' })],
    ['Truncated', 'a frame that ends in its options', cut(77)],
    ['VlanTagged', '802.1Q', octets(cut(12), hex('8100 0064'), routerFrame().subarray(12))],
    ['NotIPv6', 'version 4', routerFrame({ version: 4 })],
    ['NotIcmp', 'a hop-by-hop option', routerFrame({ nextHeader: 0 })],
    ['UnknownType', 'a Neighbor Solicitation', routerFrame({ type: 135 })],
    ['HopLimit', '254', routerFrame({ hopLimit: 254 })],
    ['HopLimit', '1, in a solicitation', routerFrame({ ...SOLICITED, hopLimit: 1 })],
    ['BadChecksum', 'one more', routerFrame({ error: 1 })],
    ['BadCode', '1', routerFrame({ code: 1 })],
    ['BadOption', 'of length 0', routerFrame({ options: `0100${'00'.repeat(6)}` })],
    ['BadOption', 'that reaches beyond the message', routerFrame({ options: `0102${'00'.repeat(6)}` })],
    ['BadUnspecifiedSource', 'with a link-layer address', routerFrame({ ...SOLICITED, from: '::' })],
    ['NotLinkLocal', 'a global source', routerFrame({ from: '2001:db8::1' })],
    ['NotLinkLocal', 'no source', routerFrame({ from: '::' })],
  ] as const;

  it.each(drops)('are dropped as %s: %s', (drop, _name, bytes) =>
    expect(decodeRouterMessage(bytes)).toEqual({ ok: false, drop }),
  );

  it('have a row above for each reason', () => {
    expect(new Set(drops.map(([drop]) => drop))).toEqual(new Set(ROUTER_DECODE_DROPS));
  });

  it('are met with a message or a reason, whatever the octets', () => {
    const nearly = fc.tuple(fc.uint8Array({ minLength: 62, maxLength: 120 }), fc.nat(78)).map(([noise, kept]) => {
      const bytes = Uint8Array.from(noise);
      bytes.set(routerFrame().subarray(0, Math.min(kept, bytes.length)));
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 120 }), nearly), (bytes) => {
        const decoded = decodeRouterMessage(bytes);
        if (!decoded.ok) expect(ROUTER_DECODE_DROPS).toContain(decoded.drop);
      }),
    );
  });
});
