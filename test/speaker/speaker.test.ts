import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { frame, STRANGER } from './arp/frame-bytes.ts';
import { MemoryCluster } from './memory-cluster.ts';
import { pool, service } from './objects.ts';

const ADDRESS = '192.0.2.50';
const LEASE = { namespace: 'berth-system', name: 'berth-speaker-n1' };

let cluster: MemoryCluster;

beforeEach(() => {
  cluster = new MemoryCluster();
});

afterEach(() => cluster.stop());

describe('one speaker', () => {
  it('reports its interfaces before it counts as alive', async () => {
    const n1 = cluster.add('n1', 11);
    await n1.start();
    await cluster.clock.run(50);
    expect(n1.ready).toBe(true);
    expect(cluster.objects.writes.indexOf('SpeakerStatus n1')).toBeLessThan(
      cluster.objects.writes.indexOf('Lease berth-system/berth-speaker-n1'),
    );
    expect(n1.report()).toEqual({
      interfaces: [{ name: 'eth0', mac: n1.mac, up: true, addresses: ['192.0.2.11/24'], gateways: ['192.0.2.1'] }],
      l2: [],
      withheld: [],
      conflicts: [],
      sessions: [],
    });
  });

  it('answers for the address of a Service, and says so', async () => {
    const n1 = cluster.add('n1', 11);
    await n1.start();
    cluster.objects.put(service('web', [ADDRESS]));
    await cluster.clock.run(200);
    expect(cluster.answerers(ADDRESS)).toEqual([n1.mac]);
    expect(n1.report()?.l2).toEqual([
      { address: ADDRESS, service: 'default/web', interface: 'eth0', role: 'Owner', since: expect.any(String) },
    ]);
    expect(await n1.metric('berth_addresses_announced')).toBe(1);
    expect(await n1.metric('berth_takeovers_total')).toBe(0);
    await cluster.clock.run(1000);
    expect(await n1.metric('berth_arp_replies_sent_total')).toBe(1);
  });

  it('falls silent when the Service is gone', async () => {
    const n1 = cluster.add('n1', 11);
    await n1.start();
    cluster.objects.put(service('web', [ADDRESS]));
    await cluster.clock.run(200);
    cluster.objects.remove('Service', { namespace: 'default', name: 'web' });
    await cluster.clock.run(50);
    expect(cluster.answerers(ADDRESS)).toEqual([]);
    expect(n1.owned()).toEqual([]);
  });

  it('announces IPv6 as well, on an interface in its subnet', async () => {
    const n1 = cluster.add('n1', 11);
    n1.setInterfaces([n1.eth0({ addresses: ['192.0.2.11/24', '2001:db8::11/64'] })]);
    await n1.start();
    cluster.objects.put(service('web6', ['2001:db8::50', ADDRESS]));
    await cluster.clock.run(200);
    expect(n1.owned()).toEqual([ADDRESS, '2001:db8::50']);
    expect(n1.report()?.withheld).toEqual([]);
    expect(await n1.metric('berth_addresses_announced')).toBe(2);
    await cluster.clock.run(3000);
    expect(await n1.metric('berth_unsolicited_ndp_sent_total')).toBe(5);
  });

  it('withholds what is in no subnet of its interfaces, and what is not ours stays alone', async () => {
    const n1 = cluster.add('n1', 11);
    await n1.start();
    cluster.objects.put(service('web6', ['2001:db8::50']));
    cluster.objects.put(service('foreign', ['192.0.2.100']));
    cluster.objects.put(service('other-class', [ADDRESS], { spec: { loadBalancerClass: 'example.com/lb' } }));
    await cluster.clock.run(200);
    expect(n1.report()?.withheld).toEqual([{ reason: 'OffSubnet', count: 1, examples: ['2001:db8::50 default/web6'] }]);
    expect(cluster.answerers(ADDRESS)).toEqual([]);
    expect(cluster.answerers('192.0.2.100')).toEqual([]);
  });

  it('keeps an address that an edit leaves outside its pool', async () => {
    const n1 = cluster.add('n1', 11);
    await n1.start();
    cluster.objects.put(service('web', [ADDRESS]));
    await cluster.clock.run(200);
    cluster.objects.put(pool('public', ['192.0.2.60-192.0.2.62']));
    await cluster.clock.run(200);
    expect(cluster.answerers(ADDRESS)).toEqual([n1.mac]);
  });

  it('leaves an address to a stranger, names it, and takes it when the stranger is gone', async () => {
    const n1 = cluster.add('n1', 11);
    let present = true;
    const stranger = cluster.segment.open('stranger', {
      onFrame: (received) => {
        const asksForIt = received[21] === 1 && received[41] === 50;
        if (present && asksForIt) stranger.send(frame({ source: STRANGER, operation: 2, senderAddress: ADDRESS }));
      },
      onError: () => {},
    });
    await n1.start();
    cluster.objects.put(service('web', [ADDRESS]));
    await cluster.clock.run(300);
    expect(n1.report()).toMatchObject({
      l2: [],
      withheld: [{ reason: 'AddressConflict', count: 1, examples: [`${ADDRESS} default/web`] }],
      conflicts: [{ address: ADDRESS, mac: STRANGER, seen: expect.any(String) }],
    });
    present = false;
    await cluster.clock.run(11_000, 50);
    expect(n1.owned()).toEqual([ADDRESS]);
    expect(n1.report()?.withheld).toEqual([]);
    stranger.close();
  });

  it('goes silent when its interface goes down', async () => {
    const n1 = cluster.add('n1', 11);
    await n1.start();
    cluster.objects.put(service('web', [ADDRESS]));
    await cluster.clock.run(200);
    n1.setInterfaces([n1.eth0({ up: false })]);
    await cluster.clock.run(50);
    expect(cluster.answerers(ADDRESS)).toEqual([]);
    expect(n1.report()?.withheld).toMatchObject([{ reason: 'InterfaceDown' }]);
  });

  it('goes on from memory while the store is out of reach, and tells it afterwards', async () => {
    const n1 = cluster.add('n1', 11);
    await n1.start();
    await cluster.clock.run(100);
    n1.store.cut = true;
    cluster.objects.put(service('web', [ADDRESS]));
    await cluster.clock.run(20_000, 50);
    expect(cluster.answerers(ADDRESS)).toEqual([n1.mac]);
    n1.store.cut = false;
    await cluster.clock.run(12_000, 50);
    expect(n1.owned()).toEqual([ADDRESS]);
    expect(cluster.answerers(ADDRESS)).toEqual([n1.mac]);
  });

  it('falls silent when its process stood still, and comes back once it knows that nobody took over', async () => {
    const nodes = [cluster.add('n1', 11), cluster.add('n2', 12)];
    for (const node of nodes) await node.start({ loopback: true });
    cluster.objects.put(service('web', [ADDRESS]));
    await cluster.clock.run(8000);
    const owner = nodes.find((node) => node.owned().length > 0);
    cluster.clock.freeze(5000);
    expect(cluster.answerers(ADDRESS)).toEqual([]);
    await cluster.clock.run(250);
    expect(cluster.answerers(ADDRESS)).toEqual([]);
    await cluster.clock.run(250);
    expect(cluster.answerers(ADDRESS)).toEqual([owner?.mac]);
    expect([...(owner?.loopback ?? [])]).toEqual([ADDRESS]);
    expect(owner?.owned()).toEqual([ADDRESS]);
  });

  it('goes on answering when its process stood still, where nobody else may have it', async () => {
    const n1 = cluster.add('n1', 11);
    await n1.start({ loopback: true });
    cluster.objects.put(service('web', [ADDRESS]));
    await cluster.clock.run(2000);
    cluster.clock.freeze(5000);
    expect(cluster.answerers(ADDRESS)).toEqual([n1.mac]);
  });

  it('starts its worker anew when it crashes', async () => {
    const n1 = cluster.add('n1', 11);
    await n1.start();
    cluster.objects.put(service('web', [ADDRESS]));
    await cluster.clock.run(200);
    n1.killWire();
    expect(cluster.answerers(ADDRESS)).toEqual([]);
    await cluster.clock.run(300);
    expect(cluster.answerers(ADDRESS)).toEqual([n1.mac]);
    expect(n1.complaints.join()).toContain('crashed');
  });

  it('writes its status anew when somebody deletes it, and not for times alone within 30 s', async () => {
    const n1 = cluster.add('n1', 11);
    await n1.start();
    cluster.objects.put(service('web', [ADDRESS]));
    await cluster.clock.run(2000);
    const writes = () => cluster.objects.writes.filter((write) => write === 'SpeakerStatus n1').length;
    const before = writes();
    for (let turn = 0; turn < 10; turn++) {
      cluster.answerers(ADDRESS);
      await cluster.clock.run(1000, 50);
    }
    expect(writes()).toBe(before);
    await cluster.clock.run(31_000, 50);
    expect(writes()).toBe(before + 1);
    expect(n1.report()?.l2?.[0]?.lastAnswered).toBeDefined();
    cluster.objects.remove('SpeakerStatus', { name: 'n1' });
    await cluster.clock.run(100);
    expect(n1.owned()).toEqual([ADDRESS]);
  });

  it('puts everything back when it is stopped', async () => {
    const n1 = cluster.add('n1', 11);
    await n1.start({ loopback: true });
    cluster.objects.put(service('web', [ADDRESS]));
    await cluster.clock.run(200);
    expect([...n1.loopback]).toEqual([ADDRESS]);
    expect([...n1.sysctl.values()]).toEqual(['1', '2']);
    await n1.stop();
    expect(cluster.answerers(ADDRESS)).toEqual([]);
    expect(n1.loopback.size).toBe(0);
    expect([...n1.sysctl.values()]).toEqual(['0', '0']);
    expect(cluster.objects.find('Lease', LEASE)).toBeUndefined();
    expect(n1.owned()).toEqual([]);
    expect(cluster.segment.stations).toEqual([]);
    expect(cluster.clock.pending).toBe(0);
  });
});
