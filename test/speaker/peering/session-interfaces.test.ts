import { beforeEach, describe, expect, it } from 'vitest';
import type { NetworkInterface } from '../../../src/os/interfaces.ts';
import type { BgpSpeaker } from '../../../src/speaker/peering/bgp-speaker.ts';
import type { ToWire } from '../../../src/speaker/wire/messages.ts';
import { advertisement, peer } from '../../announcement/bgp/objects.ts';
import { ManualClock } from '../manual-clock.ts';
import { MemoryObjects } from '../memory-store.ts';
import { node, pool, service } from '../objects.ts';
import { startedBgpSpeaker } from './started-bgp-speaker.ts';

describe('an interface that changes', () => {
  const link = { mac: '', up: true, loopback: false, noArp: false, master: false, gateways: [] };
  const lo = { ...link, name: 'lo', index: 1, loopback: true };
  const eth0 = { ...link, name: 'eth0', index: 2, addresses: ['192.0.2.11/24'] };
  const own = ['192.0.2.50/32', '2001:db8::50/128'];
  let clock: ManualClock;
  let objects: MemoryObjects;
  let speaker: BgpSpeaker;
  let interfaces: readonly NetworkInterface[];
  let reports: number;
  const posted: ToWire[] = [];

  beforeEach(async () => {
    clock = new ManualClock();
    objects = new MemoryObjects();
    for (const object of [pool('public', ['192.0.2.0/24']), node('n1'), peer('tor')]) objects.put(object);
    for (const object of [advertisement(), service('web', ['192.0.2.50'])]) objects.put(object);
    interfaces = [{ ...lo, addresses: ['127.0.0.1/8'] }, eth0];
    speaker = await startedBgpSpeaker(clock, objects, {
      interfaces: () => interfaces,
      post: (message) => posted.push(message),
      onReport: () => {
        reports += 1;
      },
    });
    posted.splice(0);
    reports = 0;
  });

  const change = (next: readonly NetworkInterface[]) => {
    interfaces = next;
    speaker.interfacesChanged();
    return posted.splice(0);
  };

  it('is no matter of sessions where it is lo, and has what is put there while it is announced', () => {
    const announced = { ...lo, addresses: ['127.0.0.1/8', ...own], expiring: own };
    expect(change([announced, eth0])).toEqual([]);
    expect(change([{ ...lo, addresses: ['127.0.0.1/8'] }, eth0])).toEqual([]);
    expect(reports).toBe(0);
    const router = { ...lo, addresses: ['127.0.0.1/8', '198.51.100.1/32', ...own], expiring: own };
    expect(change([router, eth0])).toMatchObject([
      { type: 'sessions', interfaces: [{ addresses: ['127.0.0.1/8', '198.51.100.1/32'] }, { name: 'eth0' }] },
    ]);
  });

  it('is no matter of sessions where it is of a Pod, unless a peer is on it', async () => {
    const pod = { ...link, name: 'veth7', index: 7, addresses: ['fe80::7/64'] };
    expect(change([...interfaces, pod])).toEqual([]);
    objects.put(peer('near', { peerAddress: undefined, interface: 'veth7' }));
    await clock.run(20);
    expect(posted.at(-1)).toMatchObject({ interfaces: [{ name: 'lo' }, { name: 'eth0' }, { name: 'veth7' }] });
    posted.splice(0);
    expect(change([...interfaces.slice(0, 2), { ...pod, up: false }])).toMatchObject([{ type: 'sessions' }]);
  });
});
