import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatAddress, parseAddress } from '../../../src/ip/address.ts';
import type { SystemError } from '../../../src/os/system-error.ts';
import { type Datagram, openUdpSocket, type UdpSocket, type UdpSocketOptions } from '../../../src/os/udp-socket.ts';
import { eventually } from '../eventually.ts';
import { ip } from '../network.ts';

const run = promisify(execFile);

const HERE = { IPv4: '192.0.2.1', IPv6: '2001:db8::1' };
const PEER = { IPv4: '192.0.2.2', IPv6: '2001:db8::2' };
const PORT = 3784;
/** Sends a datagram to an address from the other namespace with a TTL, through the interface `there`. */
const SENDER = `
const [address, hopLimit, source] = process.argv.slice(1);
const socket = require('node:dgram').createSocket(address.includes(':') ? 'udp6' : 'udp4');
socket.bind(50000, source, () => {
  socket.setTTL(Number(hopLimit));
  socket.send('hello', 3784, address, () => socket.close());
});
`;

let index: number;
let datagrams: Datagram[];
let errors: SystemError[];
let sockets: UdpSocket[];

/** `here` and `other` in this namespace, `there` in the namespace `peer`: here and there are joined by a cable. */
beforeEach(async () => {
  await ip('netns', 'add', 'peer');
  await ip('link', 'add', 'here', 'type', 'veth', 'peer', 'name', 'there', 'netns', 'peer');
  await ip('link', 'add', 'other', 'type', 'bridge');
  for (const name of ['here', 'other']) await ip('link', 'set', name, 'up');
  await ip('-n', 'peer', 'link', 'set', 'there', 'up');
  for (const address of [`${HERE.IPv4}/24`, `${HERE.IPv6}/64`]) await add(['address', 'add', address, 'dev', 'here']);
  for (const address of [`${PEER.IPv4}/24`, `${PEER.IPv6}/64`]) {
    await add(['-n', 'peer', 'address', 'add', address, 'dev', 'there']);
  }
  const [link] = JSON.parse(await ip('-j', 'link', 'show', 'here')) as [{ ifindex: number }];
  index = link.ifindex;
  datagrams = [];
  errors = [];
  sockets = [];
});

afterEach(async () => {
  for (const socket of sockets) socket.close();
  await ip('link', 'delete', 'here').catch(() => undefined);
  await ip('link', 'delete', 'other');
  await ip('netns', 'delete', 'peer');
});

async function add(command: readonly string[]): Promise<void> {
  await ip(...command, ...(command.some((word) => word.includes(':')) ? ['nodad'] : []));
}

function open(options: Partial<UdpSocketOptions> = {}): UdpSocket {
  const socket = openUdpSocket({
    interface: { name: 'here', index },
    family: 'IPv4',
    port: PORT,
    onDatagram: (datagram) => datagrams.push(datagram),
    onError: (error) => errors.push(error),
    ...options,
  });
  sockets.push(socket);
  return socket;
}

function sendCommand(address: string, hopLimit: number, source: string): string[] {
  return ['netns', 'exec', 'peer', process.execPath, '-e', SENDER, address, String(hopLimit), source];
}

async function sendFromPeer(address: string, hopLimit: number, source: string): Promise<void> {
  await run('ip', sendCommand(address, hopLimit, source));
}

const received = () => eventually('a datagram', async () => (datagrams.length > 0 ? datagrams.splice(0) : undefined));

describe('openUdpSocket', () => {
  it.each([['IPv4'], ['IPv6']] as const)(
    'tells who sent a datagram, by which interface and with which hops left: %s',
    async (family) => {
      open({ family });
      for (const hopLimit of [255, 64]) {
        await sendFromPeer(HERE[family], hopLimit, PEER[family]);
        const [datagram] = await received();
        expect(datagram).toMatchObject({ sourcePort: 50_000, hopLimit, interfaceIndex: index });
        expect(datagram?.payload.toString()).toBe('hello');
        expect(datagram && formatAddress(datagram.source)).toBe(PEER[family]);
      }
      expect(errors).toEqual([]);
    },
  );

  it.each([['IPv4'], ['IPv6']] as const)(
    'sends from the address that it is told, with all hops: %s',
    async (family) => {
      const sender = open({ family, local: parseAddress(HERE[family]), port: 49_152 });
      const dump = run('ip', ['netns', 'exec', 'peer', 'tcpdump', '-c', '1', '-vni', 'there', 'udp']);
      await new Promise((resolve) => setTimeout(resolve, 500));
      sender.send(Buffer.from('hello'), parseAddress(PEER[family]), PORT);
      const { stdout } = await dump;
      expect(stdout).toMatch(/(ttl|hlim) 255/);
      expect(stdout).toMatch(family === 'IPv4' ? /tos 0xc0/ : /class 0xc0/);
      expect(stdout).toContain(`${HERE[family]}.49152 > ${PEER[family]}.${PORT}`);
    },
  );

  it('reaches a link-local address, and tells of one', async () => {
    const [{ addr_info }] = JSON.parse(await ip('-n', 'peer', '-j', 'address', 'show', 'there')) as [
      { addr_info: { local: string }[] },
    ];
    const there = addr_info.map(({ local }) => local).find((local) => local.startsWith('fe80')) ?? '';
    await eventually('the address is usable', async () =>
      (await ip('-n', 'peer', 'address', 'show', 'there')).includes('tentative') ? undefined : true,
    );
    const socket = open({ family: 'IPv6' });
    const dump = run('ip', ['netns', 'exec', 'peer', 'tcpdump', '-c', '1', '-ni', 'there', 'udp']);
    await new Promise((resolve) => setTimeout(resolve, 500));
    socket.send(Buffer.from('hello'), parseAddress(there), PORT);
    expect((await dump).stdout).toContain(`> ${there}.${PORT}`);
  });

  it('hears nothing that came by another interface', async () => {
    open();
    // A host takes datagrams to an address of another interface of its own.
    await ip('address', 'add', '198.51.100.1/32', 'dev', 'other');
    const elsewhere = new Promise((resolve) => {
      run('bash', ['-c', `echo x > /dev/udp/198.51.100.1/${PORT}`]).then(resolve, resolve);
    });
    await elsewhere;
    await sendFromPeer(HERE.IPv4, 255, PEER.IPv4);
    expect((await received()).map(({ payload }) => payload.toString())).toEqual(['hello']);
  });

  it('hands over what waits when it is asked to, before the loop turns', () => {
    const socket = open();
    // This thread waits meanwhile: the datagrams are queued when it goes on.
    const send = () => execFileSync('ip', sendCommand(HERE.IPv4, 255, PEER.IPv4));
    send();
    send();
    socket.drain();
    expect(datagrams).toHaveLength(2);
    send();
    socket.close();
    socket.drain();
    expect(datagrams).toHaveLength(2);
  });

  it('says that another process has the port', () => {
    open();
    expect(() => open()).toThrow(
      expect.objectContaining({ code: 'EADDRINUSE', message: expect.stringContaining('another process has it') }),
    );
    open({ interface: { name: 'other', index: index + 1 } });
    open({ family: 'IPv6' });
  });

  it.each([
    ['ENODEV', { interface: { name: 'nowhere', index: 9999 } }],
    ['EADDRNOTAVAIL', { local: parseAddress('203.0.113.1') }],
  ])('throws %s and leaves no socket', async (code, options) => {
    expect(() => open(options)).toThrow(expect.objectContaining({ code }));
  });

  it('reports what cannot be sent, and goes on', async () => {
    const socket = open();
    await ip('link', 'set', 'here', 'down');
    socket.send(Buffer.from('hello'), parseAddress(PEER.IPv4), PORT);
    expect(errors.map(({ code }) => code)).toEqual(['ENETUNREACH']);
    await ip('link', 'set', 'here', 'up');
    socket.send(Buffer.from('hello'), parseAddress(PEER.IPv4), PORT);
    await sendFromPeer(HERE.IPv4, 255, PEER.IPv4);
    expect(await received()).toHaveLength(1);
  });
});
