import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAddress } from '../../src/ip/address.ts';
import { type Effect, InterfaceTable } from '../../src/os/interface-table.ts';
import { encodeAddress } from '../../src/os/netlink/address-bytes.ts';
import { encodeAttributes, u32 } from '../../src/os/netlink/attribute.ts';
import { encodeNewAddress } from '../../src/os/netlink/interface-address.ts';
import type { NetlinkMessage } from '../../src/os/netlink/message.ts';
import type { NetworkInterface } from '../../src/os/network-interface.ts';
import { payload } from './netlink/payloads.ts';

const [NEWLINK, DELLINK, NEWADDR, DELADDR, NEWROUTE, DELROUTE] = [16, 17, 20, 21, 24, 25];
const [UP, LOOPBACK, NOARP, LOWER_UP] = [0x1, 0x8, 0x80, 0x10000];

interface LinkFacts {
  readonly index: number;
  readonly flags: number;
  readonly operState: number;
  readonly controller: number;
  /** Empty for an interface without. */
  readonly kind?: string;
}
interface AddressFacts {
  readonly index: number;
  readonly value: number;
  readonly length: number;
}

function message(type: number, bytes: Uint8Array): NetlinkMessage {
  return { type, flags: 0, sequence: 0, payload: bytes };
}

function linkPayload({ index, flags, operState, controller, kind = '' }: LinkFacts, family = 0): Uint8Array {
  const header = Buffer.alloc(16);
  header[0] = family;
  header.writeInt32LE(index, 4);
  header.writeUInt32LE(flags, 8);
  const attributes = encodeAttributes([
    [3, Buffer.from(`eth${index}\0`)],
    [1, Uint8Array.of(2, 0, 0, 0, 0, index)],
    [16, Uint8Array.of(operState)],
    ...(controller === 0 ? [] : [[10, u32(controller)] as const]),
    ...(kind === '' ? [] : [[18, encodeAttributes([[1, Buffer.from(`${kind}\0`)]])] as const]),
  ]);
  return Buffer.concat([header, attributes]);
}

function addressPayload({ index, value, length }: AddressFacts): Uint8Array {
  return encodeNewAddress({
    interfaceIndex: index,
    address: { family: 'IPv4', value },
    prefixLength: length,
    flags: 0,
    scope: 0,
    preferredSeconds: 0,
    validSeconds: 3,
  });
}

function routePayload(index: number, gateway: number): Uint8Array {
  const header = Uint8Array.of(2, 0, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0);
  const address = encodeAddress({ family: 'IPv4', value: gateway });
  return Buffer.concat([
    header,
    encodeAttributes([
      [5, address],
      [4, u32(index)],
    ]),
  ]);
}

const ETH1: LinkFacts = { index: 1, flags: UP | LOWER_UP, operState: 6, controller: 0 };

describe('InterfaceTable', () => {
  it('reads what a kernel sent', () => {
    const table = new InterfaceTable();
    table.replaceAll({
      links: [message(NEWLINK, payload('linkEth0'))],
      addresses: [message(NEWADDR, payload('addressIPv6')), message(NEWADDR, payload('addressIPv4'))],
      routes: [
        message(NEWROUTE, payload('routeMultipath')),
        message(NEWROUTE, payload('routeDefaultIPv6')),
        message(NEWROUTE, payload('routeSpecific')),
        message(NEWROUTE, payload('routeDefault')),
        message(NEWROUTE, payload('routeDefault')),
      ],
    });
    expect(table.interfaces()).toEqual([
      {
        name: 'eth0',
        index: 4,
        mac: '02:00:00:00:00:11',
        up: true,
        loopback: false,
        noArp: false,
        master: false,
        addresses: ['192.0.2.11/24', '2001:db8::11/64'],
        gateways: ['192.0.2.1', '2001:db8::1', '2001:db8::2', '2001:db8::7'],
      },
    ]);
  });

  it.each<[string, number, boolean]>([
    ['nothing', 0x80, false],
    ['tentative', 0xc0, true],
    ['tentative and optimistic', 0x44, false],
    ['a duplicate', 0x88, true],
    ['a duplicate of an optimistic one', 0x4c, true],
  ])('says of an address whose flags say %s whether it can be used, from when that changes', (_, flags, isOut) => {
    const table = new InterfaceTable();
    const address = { family: 'IPv6', value: 0x20010db8n << 96n } as const;
    const added = { interfaceIndex: 1, address, prefixLength: 64, scope: 0, preferredSeconds: 9, validSeconds: 9 };
    table.apply(message(NEWLINK, linkPayload(ETH1)));
    const told = [flags, flags, 0x80].map((each) =>
      table.apply(message(NEWADDR, encodeNewAddress({ ...added, flags: each }))),
    );
    expect(told).toEqual(['changed', 'none', isOut ? 'changed' : 'none']);
    expect(table.interfaces()[0]?.onProbation).toBeUndefined();
    table.apply(message(NEWADDR, encodeNewAddress({ ...added, flags })));
    expect(table.interfaces()[0]?.addresses).toEqual(['2001:db8::/64']);
    expect(table.interfaces()[0]?.onProbation).toEqual(isOut ? ['2001:db8::/64'] : undefined);
  });

  it('says of the loopback interface which addresses have a lifetime, from when that changes', () => {
    const table = new InterfaceTable();
    const added = { interfaceIndex: 1, prefixLength: 32, scope: 0, preferredSeconds: 0, validSeconds: 3 };
    const put = (value: number, flags: number) =>
      table.apply(message(NEWADDR, encodeNewAddress({ ...added, address: { family: 'IPv4', value }, flags })));
    table.apply(message(NEWLINK, linkPayload({ ...ETH1, flags: ETH1.flags | LOOPBACK })));
    expect([put(1, 0x80), put(2, 0), put(2, 0)]).toEqual(['changed', 'changed', 'none']);
    expect(table.interfaces()[0]).toMatchObject({ addresses: ['0.0.0.1/32', '0.0.0.2/32'], expiring: ['0.0.0.2/32'] });
    expect(put(2, 0x80)).toBe('changed');
    expect(table.interfaces()[0]?.expiring).toBeUndefined();
    put(2, 0);
    table.apply(message(NEWLINK, linkPayload(ETH1)));
    expect(table.interfaces()[0]?.expiring).toBeUndefined();
  });

  it.each<[string, number, number, boolean]>([
    ['up, with carrier', UP | LOWER_UP, 6, true],
    ['up, of a driver that reports no state', UP | LOWER_UP, 0, true],
    ['up, without carrier', UP, 2, false],
    ['down', LOWER_UP, 2, false],
    ['up, on top of one that is down', UP | LOWER_UP, 3, false],
    ['up, waiting for 802.1X', UP | LOWER_UP, 5, false],
  ])('takes an interface that is %s for up or not', (_, flags, operState, up) => {
    const table = new InterfaceTable();
    table.apply(message(NEWLINK, linkPayload({ ...ETH1, flags, operState })));
    expect(table.interfaces()[0]?.up).toBe(up);
  });

  it.each<[string, NetlinkMessage, Effect]>([
    ['a new interface', message(NEWLINK, linkPayload({ ...ETH1, index: 2 })), 'changed'],
    ['the same again', message(NEWLINK, linkPayload(ETH1)), 'none'],
    ['lost carrier', message(NEWLINK, linkPayload({ ...ETH1, flags: UP })), 'changed'],
    ['set down', message(NEWLINK, linkPayload({ ...ETH1, flags: 0 })), 'routes-stale'],
    ['deleted', message(DELLINK, linkPayload(ETH1)), 'routes-stale'],
    ['made into something else', message(NEWLINK, linkPayload({ ...ETH1, kind: 'vrf' })), 'changed'],
    ['left its bridge', message(DELLINK, linkPayload(ETH1, 7)), 'none'],
    ['unknown interface deleted', message(DELLINK, linkPayload({ ...ETH1, index: 2 })), 'none'],
    ['an address renewed', message(NEWADDR, addressPayload({ index: 1, value: 1, length: 32 })), 'none'],
    ['an address removed', message(DELADDR, addressPayload({ index: 1, value: 1, length: 32 })), 'routes-stale'],
    ['an unknown address removed', message(DELADDR, addressPayload({ index: 1, value: 1, length: 31 })), 'none'],
    ['a default route added', message(NEWROUTE, payload('routeDefault')), 'routes-stale'],
    ['a default route removed', message(DELROUTE, payload('routeDefault')), 'routes-stale'],
    ['another route added', message(NEWROUTE, payload('routeSpecific')), 'none'],
    ['a message of another kind', message(28, linkPayload({ ...ETH1, index: 2 })), 'none'],
  ])('says what follows from: %s', (_, notice, effect) => {
    const table = new InterfaceTable();
    table.apply(message(NEWLINK, linkPayload(ETH1)));
    table.apply(message(NEWADDR, addressPayload({ index: 1, value: 1, length: 32 })));
    const before = table.interfaces();
    expect(table.apply(notice)).toBe(effect);
    if (effect === 'none') expect(table.interfaces()).toEqual(before);
  });
});

/** What the kernel would show: written as lists that are searched, from what each notice means. */
class Model {
  links: LinkFacts[] = [];
  addresses: AddressFacts[] = [];
  routes: { readonly index: number; readonly gateway: number }[] = [];

  /** The VRF is the link itself, or the one that has it as a port. */
  #vrf({ index, controller, kind }: LinkFacts): string | undefined {
    if (kind === 'vrf') return `eth${index}`;
    return this.links.some((other) => other.index === controller && other.kind === 'vrf')
      ? `eth${controller}`
      : undefined;
  }

  interfaces(): readonly NetworkInterface[] {
    return this.links.map((link) => ({ ...this.#facts(link), kind: link.kind || undefined, vrf: this.#vrf(link) }));
  }

  #facts({ index, flags, operState, controller }: LinkFacts): NetworkInterface {
    const addresses = this.addresses
      .filter((address) => address.index === index)
      .sort((a, b) => a.value - b.value || a.length - b.length)
      .map(({ value, length }) => `${formatAddress({ family: 'IPv4', value })}/${length}`);
    return {
      name: `eth${index}`,
      index,
      mac: `02:00:00:00:00:0${index}`,
      up: (flags & UP) === UP && (flags & LOWER_UP) === LOWER_UP && (operState === 0 || operState === 6),
      loopback: (flags & LOOPBACK) === LOOPBACK,
      noArp: (flags & NOARP) === NOARP,
      master: controller > 0,
      addresses,
      // All of these addresses have a lifetime.
      ...((flags & LOOPBACK) === LOOPBACK && addresses.length > 0 && { expiring: addresses }),
      gateways: [...new Set(this.routes.filter((route) => route.index === index).map(({ gateway }) => gateway))]
        .sort((a, b) => a - b)
        .map((value) => formatAddress({ family: 'IPv4', value })),
    };
  }
}

type Step = (model: Model, table: InterfaceTable) => void;

const index = fc.integer({ min: 1, max: 4 });
const flags = fc.subarray([UP, LOOPBACK, NOARP, LOWER_UP]).map((bits) => bits.reduce((sum, bit) => sum | bit, 0));
const kind = fc.constantFrom('', 'vrf', 'bridge');
const linkFacts = fc.record({ index, flags, operState: fc.nat(6), controller: fc.nat(4), kind });
const addressFacts = fc.record({ index, value: fc.nat(3), length: fc.constantFrom(24, 32) });

const step: fc.Arbitrary<Step> = fc.oneof(
  linkFacts.map<Step>((link) => (model, table) => {
    model.links = [...model.links.filter((other) => other.index !== link.index), link];
    model.links.sort((a, b) => a.index - b.index);
    table.apply(message(NEWLINK, linkPayload(link)));
  }),
  linkFacts.map<Step>((link) => (model, table) => {
    if (!model.links.some((other) => other.index === link.index)) return;
    model.links = model.links.filter((other) => other.index !== link.index);
    model.addresses = model.addresses.filter((address) => address.index !== link.index);
    table.apply(message(DELLINK, linkPayload(link)));
  }),
  addressFacts.map<Step>((added) => (model, table) => {
    model.addresses = [...model.addresses.filter((other) => !sameAddress(other, added)), added];
    table.apply(message(NEWADDR, addressPayload(added)));
  }),
  addressFacts.map<Step>((removed) => (model, table) => {
    model.addresses = model.addresses.filter((other) => !sameAddress(other, removed));
    table.apply(message(DELADDR, addressPayload(removed)));
  }),
  fc.array(fc.record({ index, gateway: fc.nat(3) }), { maxLength: 4 }).map<Step>((routes) => (model, table) => {
    model.routes = routes;
    table.replaceRoutes(routes.map((route) => message(NEWROUTE, routePayload(route.index, route.gateway))));
  }),
);

function sameAddress(a: AddressFacts, b: AddressFacts): boolean {
  return a.index === b.index && a.value === b.value && a.length === b.length;
}

describe('InterfaceTable, against a model', () => {
  it('shows what the kernel would after any sequence of notices', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const model = new Model();
        const table = new InterfaceTable();
        for (const take of steps) {
          take(model, table);
          expect(table.interfaces()).toEqual(model.interfaces());
        }
      }),
    );
  });

  it('shows the same when it starts from dumps as when it followed every notice', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const model = new Model();
        const table = new InterfaceTable();
        for (const take of steps) take(model, table);
        table.replaceAll({
          links: model.links.map((link) => message(NEWLINK, linkPayload(link))),
          addresses: model.addresses.map((address) => message(NEWADDR, addressPayload(address))),
          routes: model.routes.map((route) => message(NEWROUTE, routePayload(route.index, route.gateway))),
        });
        expect(table.interfaces()).toEqual(model.interfaces());
      }),
    );
  });
});
