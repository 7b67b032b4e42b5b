import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseAddress } from '../../src/ip/address.ts';
import { DEFAULT_TIMING } from '../../src/speaker/ownership/timing.ts';
import { BFD_PORT } from '../../src/speaker/wire/bfd-sockets.ts';
import { OWNERSHIP_PORT } from '../../src/speaker/wire/ownership-socket.ts';
import { MemoryCluster } from './memory-cluster.ts';
import type { MemoryNode } from './memory-node.ts';
import { node, service } from './objects.ts';

const ADDRESSES = [...Array(12).keys()].map((number) => `192.0.2.${48 + number}`);

let cluster: MemoryCluster;
let n1: MemoryNode;
let n2: MemoryNode;

/** Two speakers, each with two interfaces in the subnet, that talk by the first of them; then the store is away. */
beforeEach(async () => {
  cluster = new MemoryCluster();
  for (const name of ['n1', 'n2']) cluster.objects.put(node(name));
  [n1, n2] = [cluster.add('n1', 11), cluster.add('n2', 12)];
  for (const each of [n1, n2]) {
    each.setInterfaces([each.eth0(), each.eth1()]);
    await each.start();
  }
  for (const address of ADDRESSES) cluster.objects.put(service(`at-${address}`, [address]));
  await cluster.clock.run(DEFAULT_TIMING.listen + 5000);
  for (const each of [n1, n2]) {
    expect(answeredBy(each.eth0().mac).length).toBeGreaterThan(0);
    each.store.cut = true;
  }
});

afterEach(() => cluster.stop());

/** The addresses for which the interface answers a client, and no other does. */
function answeredBy(mac: string): readonly string[] {
  return ADDRESSES.filter((address) => cluster.answerers(address).join() === mac);
}

/** The interface that was talked by has no carrier any more. */
function lose(each: MemoryNode): void {
  cluster.datagrams.cut.add(`192.0.2.${each.number}`);
  each.setInterfaces([each.eth0({ up: false }), each.eth1()]);
}

/** It has one again. */
function regain(each: MemoryNode): void {
  cluster.datagrams.cut.delete(`192.0.2.${each.number}`);
  each.setInterfaces([each.eth0(), each.eth1()]);
}

/** Nothing of the node is on the network any more, by either interface, and it does not notice. */
function cutOff({ name, number }: MemoryNode): void {
  cluster.segment.cut.add(name);
  for (const each of [number, number + 10]) cluster.datagrams.cut.add(`192.0.2.${each}`);
}

describe('two speakers with two interfaces each that the store named before it was away', () => {
  it('go on as before where one of them loses the interface that they talked by, and has it again', async () => {
    const [own, others] = [answeredBy(n1.eth0().mac), answeredBy(n2.eth0().mac)];
    lose(n1);
    await cluster.clock.run(5000);
    expect([answeredBy(n1.eth1().mac), answeredBy(n2.eth0().mac)]).toEqual([own, others]);
    regain(n1);
    await cluster.clock.run(5000);
    expect([answeredBy(n1.eth0().mac), answeredBy(n2.eth0().mac)]).toEqual([own, others]);
  });

  it('go on as before where both lose it at once, as with the switch that it is on', async () => {
    const [own, others] = [answeredBy(n1.eth0().mac), answeredBy(n2.eth0().mac)];
    for (const each of [n1, n2]) lose(each);
    await cluster.clock.run(5000);
    expect([answeredBy(n1.eth1().mac), answeredBy(n2.eth1().mac)]).toEqual([own, others]);
  });

  it('go on as before where somebody repeats what was said by the interface that was lost', async () => {
    const said = cluster.datagrams.carried.filter(({ from, port }) => from === '192.0.2.11' && port === OWNERSHIP_PORT);
    lose(n1);
    await cluster.clock.run(5000);
    expect(said).not.toEqual([]);
    const at = cluster.datagrams.carried.length;
    for (const { from, to, payload } of said) cluster.datagrams.inject(to, parseAddress(from), payload, OWNERSHIP_PORT);
    await cluster.clock.run(2000);
    const sent = cluster.datagrams.carried.slice(at).filter(({ from }) => from === '192.0.2.12');
    expect(new Set(sent.map(({ to }) => to))).toEqual(new Set(['192.0.2.21']));
  });

  it('answer in the name of the other interface where its speaker is killed then', async () => {
    const [own, others] = [answeredBy(n1.eth0().mac), answeredBy(n2.eth0().mac)];
    lose(n1);
    await cluster.clock.run(5000);
    n1.kill();
    const kernel = cluster.kernel({ name: n1.name, mac: n1.eth1().mac, number: 21 });
    await cluster.clock.run(1000);
    expect([answeredBy(n1.eth1().mac), answeredBy(n2.eth0().mac)]).toEqual([own, others]);
    kernel.close();
  });

  it.each([
    ['the one that has lost it', () => n1, () => n2.eth0().mac],
    ['the other', () => n2, () => n1.eth1().mac],
  ])('take over as soon as ever when %s dies then', async (_name, dead, heir) => {
    lose(n1);
    await cluster.clock.run(5000);
    cutOff(dead());
    await cluster.clock.run(350);
    expect(answeredBy(heir())).toEqual(ADDRESSES);
  });

  it('take over within 4 s from one that could not be watched by the other interface', async () => {
    cluster.datagrams.cutPorts.add(BFD_PORT);
    lose(n1);
    await cluster.clock.run(5000);
    cutOff(n1);
    await cluster.clock.run(DEFAULT_TIMING.helloLost + 1000);
    expect(answeredBy(n2.eth0().mac)).toEqual(ADDRESSES);
  });
});
