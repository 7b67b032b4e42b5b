import { describe, expect, it } from 'vitest';
import type { AnnouncementPlan } from '../../src/announcement/announcement-plan.ts';
import type { NetworkInterface } from '../../src/os/interfaces.ts';
import { dutiesOf } from '../../src/speaker/duties.ts';

function link(name: string, addresses: readonly string[]): NetworkInterface {
  const mac = '02:00:00:00:00:11';
  return { name, index: 2, mac, up: true, loopback: false, noArp: false, master: false, addresses, gateways: [] };
}

function plan(more: Partial<AnnouncementPlan> & { interfaces?: readonly string[] } = {}): AnnouncementPlan {
  const owner = 'owner' in more ? more.owner : 'n1';
  const ranked =
    owner === undefined
      ? []
      : [owner, 'n3'].map((node) => ({
          node,
          interfaces: more.interfaces ?? ['eth0'],
          weight: 0,
          localEndpoint: 'NotNeeded' as const,
        }));
  const withheld = [{ node: 'n4', reason: 'OffSubnet' as const, detail: '' }];
  const base = { address: '192.0.2.50', service: 'default/web', protocol: 'l2', reason: null, message: '' } as const;
  return { ...base, ranked, withheld, ...more, owner };
}

const eth0 = link('eth0', ['192.0.2.11/24']);

describe('dutiesOf', () => {
  it('gives the owner its address, on the interfaces of the plan', () => {
    expect(dutiesOf([plan()], 'n1', [eth0, link('eth1', [])])).toEqual({
      owned: [{ address: '192.0.2.50', services: ['default/web'], interfaces: [eth0] }],
      withheld: [],
    });
  });

  it.each([
    ['n3', 'NotOwner'],
    ['n4', 'OffSubnet'],
  ])('gives %s the reason %s', (node, reason) => {
    expect(dutiesOf([plan()], node, [eth0])).toEqual({
      owned: [],
      withheld: [{ address: '192.0.2.50', service: 'default/web', reason }],
    });
  });

  it('gives a node that the plan does not know nothing', () => {
    expect(dutiesOf([plan()], 'n9', [eth0])).toEqual({ owned: [], withheld: [] });
  });

  it('withholds what the interfaces of this moment cannot carry', () => {
    expect(dutiesOf([plan()], 'n1', [link('eth1', [])]).withheld).toMatchObject([{ reason: 'InterfaceMissing' }]);
  });

  it('passes over an address that is none', () => {
    expect(dutiesOf([plan({ address: 'rubbish', reason: 'NoAddress', owner: undefined })], 'n1', [eth0])).toEqual({
      owned: [],
      withheld: [],
    });
  });

  it('joins the Services of a shared address', () => {
    const { owned } = dutiesOf([plan(), plan({ service: 'default/api' })], 'n1', [eth0]);
    expect(owned).toMatchObject([{ services: ['default/web', 'default/api'] }]);
  });

  it.each([
    ['the first by name of two in one subnet', ['192.0.2.11/24'], ['192.0.2.12/24'], ['eth0']],
    ['both of two in subnets of their own', ['192.0.2.11/24'], ['192.0.2.12/26'], ['eth0', 'eth1']],
    ['both of two that are in no subnet of the address', ['198.51.100.1/24'], ['198.51.100.2/24'], ['eth0', 'eth1']],
  ])('answers on %s', (_name, first, second, expected) => {
    const interfaces = [link('eth1', second), link('eth0', first)];
    const { owned } = dutiesOf([plan({ interfaces: ['eth0', 'eth1'] })], 'n1', interfaces);
    expect(owned[0]?.interfaces.map(({ name }) => name)).toEqual(expected);
  });

  it.each([
    ['the first by name of two in one subnet', ['2001:db8::11/64'], ['2001:db8::12/64'], ['eth0']],
    ['both of two in subnets of their own', ['2001:db8::11/64'], ['2001:db8::12/96'], ['eth0', 'eth1']],
    ['both of two with no more than a link-local address', ['fe80::11/64'], ['fe80::12/64'], ['eth0', 'eth1']],
  ])('answers for IPv6 on %s', (_name, first, second, expected) => {
    const interfaces = [link('eth1', second), link('eth0', first)];
    const planned = plan({ address: '2001:db8::50', interfaces: ['eth0', 'eth1'] });
    const { owned } = dutiesOf([planned], 'n1', interfaces);
    expect(owned[0]?.interfaces.map(({ name }) => name)).toEqual(expected);
  });
});
