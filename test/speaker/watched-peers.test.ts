import { describe, expect, it } from 'vitest';
import type { AnnouncementPlan } from '../../src/announcement/announcement-plan.ts';
import type { SpeakerStatus } from '../../src/api/speaker-status.ts';
import type { NetworkInterface } from '../../src/os/interfaces.ts';
import { watchedPeers } from '../../src/speaker/watched-peers.ts';

function link(name: string, index: number, addresses: readonly string[]): NetworkInterface {
  const mac = '02:00:00:00:00:11';
  return { name, index, mac, up: true, loopback: false, noArp: false, master: false, addresses, gateways: [] };
}

function speaker(name: string, interfaces: Readonly<Record<string, readonly string[]>>): SpeakerStatus {
  const listed = Object.entries(interfaces).map(([name, addresses]) => {
    return { name, mac: '02:00:00:00:00:12', up: true, addresses: [...addresses], gateways: [] };
  });
  const status = { interfaces: listed };
  return { apiVersion: 'berth.dev/v1beta1', kind: 'SpeakerStatus', metadata: { name }, status };
}

/** A plan that ranks nodes, each with the interfaces of its name, or eth0. */
function plan(
  address: string,
  ...ranked: readonly (readonly [node: string, ...interfaces: string[]])[]
): AnnouncementPlan {
  return {
    address,
    service: 'default/web',
    protocol: 'l2',
    reason: null,
    message: '',
    owner: ranked[0]?.[0],
    ranked: ranked.map(([node, ...interfaces]) => ({
      node,
      interfaces: interfaces.length > 0 ? interfaces : ['eth0'],
      weight: 0,
      localEndpoint: 'NotNeeded',
    })),
    withheld: [],
  };
}

const eth0 = link('eth0', 2, ['192.0.2.11/24', '2001:db8::11/64', 'fe80::11/64']);
const SPEAKERS = [
  speaker('n1', { eth0: eth0.addresses }),
  speaker('n2', { eth0: ['192.0.2.12/24', '2001:db8::12/64', 'fe80::12/64'] }),
  speaker('n3', { eth0: ['192.0.2.13/24'] }),
  speaker('n4', { eth0: ['192.0.2.14/24'] }),
  speaker('six', { eth0: ['rubbish', 'fe80::16/64', '2001:db8::16/64'] }),
  speaker('far', { eth0: ['198.51.100.15/24', 'fe80::15/64'] }),
];

const peersOf = (plans: readonly AnnouncementPlan[], interfaces: readonly NetworkInterface[] = [eth0], node = 'n1') =>
  watchedPeers(plans, { node, interfaces, speakers: SPEAKERS });
const names = (plans: readonly AnnouncementPlan[]) => peersOf(plans).map(({ node }) => node);

describe('watchedPeers', () => {
  it('watches those that are first in line together with the node, by default every 100 ms', () => {
    expect(peersOf([plan('192.0.2.50', ['n2'], ['n1'])])).toEqual([
      {
        node: 'n2',
        interface: { name: 'eth0', index: 2 },
        local: '192.0.2.11',
        remote: '192.0.2.12',
        interval: 100,
        multiplier: 3,
      },
    ]);
  });

  it.each([
    ['the fourth in line', [plan('192.0.2.50', ['n1'], ['n2'], ['n3'], ['n4'])], ['n2', 'n3']],
    ['nobody where the node is the fourth', [plan('192.0.2.50', ['n2'], ['n3'], ['n4'], ['n1'])], []],
    ['nobody for an address that it has no part in', [plan('192.0.2.50', ['n2'], ['n3'])], []],
    ['nobody when it is alone', [plan('192.0.2.50', ['n1'])], []],
    ['a node on another segment', [plan('192.0.2.50', ['n1'], ['far'])], []],
    ['a node of which nothing is known', [plan('192.0.2.50', ['n1'], ['n9'])], []],
    ['an interface that does not announce', [plan('192.0.2.50', ['n1'], ['n2', 'eth1'])], []],
  ])('counts right: %s', (_name, plans, expected) => expect(names(plans)).toEqual(expected));

  it('keeps one session with a node however many addresses it shares', () => {
    const plans = Array.from({ length: 100 }, (_, index) => plan(`192.0.2.${index + 20}`, ['n1'], ['n2'], ['n3']));
    expect(names(plans)).toEqual(['n2', 'n3']);
  });

  it('uses IPv6 where nothing else is in common, and passes over what is no address', () => {
    expect(peersOf([plan('2001:db8::50', ['n1'], ['six'])])).toMatchObject([
      { local: '2001:db8::11', remote: '2001:db8::16' },
    ]);
  });

  it('keeps one session a segment', () => {
    const eth1 = link('eth1', 3, ['198.51.100.11/24']);
    const two = speaker('two', { eth0: ['192.0.2.17/24'], eth1: ['198.51.100.17/24'] });
    const facts = { node: 'n1', interfaces: [eth0, eth1], speakers: [two] };
    const plans = [plan('192.0.2.50', ['n1'], ['two']), plan('198.51.100.50', ['two', 'eth1'], ['n1', 'eth1'])];
    expect(watchedPeers(plans, facts).map(({ interface: { name }, remote }) => `${name} ${remote}`)).toEqual([
      'eth0 192.0.2.17',
      'eth1 198.51.100.17',
    ]);
  });
});
