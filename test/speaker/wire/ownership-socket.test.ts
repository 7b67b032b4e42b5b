import { beforeEach, describe, expect, it } from 'vitest';
import { parseAddress } from '../../../src/ip/address.ts';
import type { Message } from '../../../src/speaker/ownership/message.ts';
import { encodeMessage } from '../../../src/speaker/ownership/message-codec.ts';
import { OWNERSHIP_PORT, OwnershipSocket } from '../../../src/speaker/wire/ownership-socket.ts';
import { OwnershipTally } from '../../../src/speaker/wire/ownership-tally.ts';
import { settle } from '../manual-clock.ts';
import { MemoryDatagrams } from '../memory-datagrams.ts';
import { MemoryWire } from '../memory-wire.ts';

const A = '192.0.2.11';
const B = '192.0.2.12';
/** Another address of the node that has B. */
const C = '192.0.2.22';
const hello = (from: string): Message => ({ from, boot: 7, version: 0, body: { type: 'Hello', state: 'Running' } });
const keys = (secret: number) => ({ secrets: [Uint8Array.of(secret)], segment: '192.0.2.0/24' });

let network: MemoryDatagrams;
let heard: Message[];
let faults: string[];
let tally: OwnershipTally;

beforeEach(() => {
  network = new MemoryDatagrams();
  heard = [];
  faults = [];
  tally = new OwnershipTally();
});

/** The socket of the node that has the address, with the other as its only peer. */
function open(local: string, secret?: number, refused: () => boolean = () => false): OwnershipSocket {
  const ports = {
    ...new MemoryWire().ports,
    openUdpSocket: (options: Parameters<MemoryDatagrams['open']>[1]) => {
      if (refused()) throw new Error('refused');
      return network.open([local], options);
    },
    send: (message: { readonly type: string; readonly message?: string }) => void faults.push(message.message ?? ''),
  };
  const endpoint = {
    interface: { name: 'eth0', index: 2 },
    local,
    keys: secret === undefined ? undefined : keys(secret),
  };
  const socket = new OwnershipSocket(ports, tally, endpoint, (message) => heard.push(message));
  socket.peers = local === A ? [{ node: 'n2', from: [B, C], to: [B] }] : [{ node: 'n1', from: [A], to: [A] }];
  socket.open();
  return socket;
}

/** Delivers octets to A. */
async function deliver(octets: Uint8Array, source = B): Promise<void> {
  network.inject(A, parseAddress(source), octets, OWNERSHIP_PORT);
  await settle();
}

describe('OwnershipSocket', () => {
  it.each([
    ['plain', undefined],
    ['signed', 1],
  ])('carries messages to the peers it knows, %s', async (_name, secret) => {
    open(A, secret);
    open(B, secret).send(['n1', 'n9'], hello('n2'));
    await settle();
    expect(heard).toEqual([hello('n2')]);
    expect(tally.counters()).toEqual({ received: 1, sent: 1, dropped: {} });
  });

  it('takes messages from any address of a peer, and sends them to those that it is given', async () => {
    const socket = open(A);
    for (const source of [B, C]) await deliver(encodeMessage(hello('n2')), source);
    expect(heard).toEqual([hello('n2'), hello('n2')]);
    const carriedTo = (to: readonly string[]) => {
      socket.peers = [{ node: 'n2', from: [B, C], to }];
      socket.send(['n2'], hello('n1'));
      return network.carried.splice(0).map((each) => each.to);
    };
    expect([carriedTo([B]), carriedTo([C]), carriedTo([B, C])]).toEqual([[B], [C], [B, C]]);
  });

  it.each([
    ['of nobody that it knows', 'WrongSource', encodeMessage(hello('n3')), B],
    ['of a node that is elsewhere', 'WrongSource', encodeMessage(hello('n2')), '192.0.2.13'],
    ['of an address of another family', 'WrongSource', encodeMessage(hello('n2')), '2001:db8::12'],
    ['that is none', 'UnknownProtocol', Uint8Array.of(1, 2, 3), B],
    ['with a signature that it cannot check', 'NoKey', encodeMessage(hello('n2'), keys(1)), B],
  ])('drops a message %s', async (_name, drop, octets, source) => {
    open(A);
    await deliver(octets, source);
    expect(heard).toEqual([]);
    expect(tally.counters()).toEqual({ received: 1, sent: 0, dropped: { [drop]: 1 } });
  });

  it('drops what was signed with another key, or not at all', async () => {
    open(A, 1);
    await deliver(encodeMessage(hello('n2'), keys(2)));
    await deliver(encodeMessage(hello('n2')));
    expect([heard, tally.counters().dropped]).toEqual([[], { BadSignature: 1, Unsigned: 1 }]);
  });

  it('drops what a router passed on', async () => {
    open(A);
    network.hopLimit = 254;
    await deliver(encodeMessage(hello('n2')));
    expect([heard, tally.counters().dropped]).toEqual([[], { HopLimit: 1 }]);
  });

  it('says once that it cannot be opened, sends nothing meanwhile, and tries again', () => {
    let isRefused = true;
    const socket = open(A, undefined, () => isRefused);
    socket.open();
    socket.send(['n2'], hello('n1'));
    expect(faults).toEqual([`ownership messages from ${A}: refused`]);
    isRefused = false;
    socket.open();
    socket.send(['n2'], hello('n1'));
    expect(network.carried).toHaveLength(1);
    socket.close();
    expect(network.ports).toEqual([]);
  });
});
