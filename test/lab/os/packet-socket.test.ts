import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ARP_FILTER,
  assemble,
  ETHERTYPE_ARP,
  jumpIfEqual,
  keep,
  loadHalf,
  type PacketFilter,
} from '../../../src/os/bpf.ts';
import { openPacketSocket, type PacketSocket, type PacketSocketOptions } from '../../../src/os/packet-socket.ts';
import type { SystemError } from '../../../src/os/system-error.ts';
import { eventually } from '../eventually.ts';
import { ip } from '../network.ts';
import { isAt, readArp, who } from './arp-frame.ts';
import { bundleProgram } from './bundle.ts';

const run = promisify(execFile);

const HERE = { mac: '02:00:00:00:00:01', ip: '192.0.2.1' };
const PEER = { mac: '02:00:00:00:00:02', ip: '192.0.2.2' };

let interfaceIndex: number;
let frames: Buffer[];
let errors: SystemError[];
let sockets: PacketSocket[];

/** `here` in this namespace and `there` in the namespace `peer`, joined by a cable. */
beforeEach(async () => {
  await ip('netns', 'add', 'peer');
  const peer = ['peer', 'name', 'there', 'address', PEER.mac, 'netns', 'peer'];
  await ip('link', 'add', 'here', 'address', HERE.mac, 'type', 'veth', ...peer);
  await ip('link', 'set', 'here', 'up');
  await ip('-n', 'peer', 'link', 'set', 'there', 'up');
  await ip('-n', 'peer', 'address', 'add', `${PEER.ip}/24`, 'dev', 'there');
  interfaceIndex = await indexOf('here');
  frames = [];
  errors = [];
  sockets = [];
});

afterEach(async () => {
  for (const socket of sockets) socket.close();
  await ip('link', 'delete', 'here').catch(() => undefined);
  await ip('netns', 'delete', 'peer');
});

async function indexOf(name: string, ...options: readonly string[]): Promise<number> {
  const [link] = JSON.parse(await ip(...options, '-j', 'link', 'show', name)) as [{ ifindex: number }];
  return link.ifindex;
}

function open(options: Partial<PacketSocketOptions> = {}): PacketSocket {
  const socket = openPacketSocket({
    interfaceIndex,
    filter: ARP_FILTER,
    onFrame: (frame) => frames.push(frame),
    onError: (error) => errors.push(error),
    ...options,
  });
  sockets.push(socket);
  return socket;
}

/** Asks for an address from the other namespace; resolves to who answered. */
async function arping(target: string): Promise<string> {
  const options = ['-c', '1', '-w', '2', '-I', 'there', target];
  const { stdout } = await run('ip', ['netns', 'exec', 'peer', 'arping', ...options]).catch((error) => error);
  return stdout as string;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('openPacketSocket', () => {
  it('hears a request from another namespace, and its answer is believed there', async () => {
    const socket = open({
      onFrame: (frame) => {
        frames.push(frame);
        if (readArp(frame).target === '192.0.2.50') socket.send(isAt(frame, HERE.mac));
      },
    });
    expect((await arping('192.0.2.50')).toLowerCase()).toContain(`reply from 192.0.2.50 [${HERE.mac}]`);
    expect(frames.map(readArp)).toContainEqual({ operation: 1, sender: PEER.ip, target: '192.0.2.50' });
    await ip('-n', 'peer', 'neighbour', 'replace', '192.0.2.51', 'lladdr', PEER.mac, 'dev', 'there', 'nud', 'stale');
    socket.send(who('192.0.2.51', { mac: HERE.mac, ip: '192.0.2.51' }));
    await eventually('the gratuitous request changes the entry', async () => {
      const entry = await ip('-n', 'peer', 'neighbour', 'show', '192.0.2.51');
      return entry.includes(HERE.mac) || undefined;
    });
    expect(errors).toEqual([]);
  });

  it('hears no other protocol, and nothing that it sent itself', async () => {
    const socket = open();
    await ip('-n', 'peer', 'neighbour', 'add', '192.0.2.9', 'lladdr', HERE.mac, 'dev', 'there');
    await run('ip', ['netns', 'exec', 'peer', 'bash', '-c', 'echo x > /dev/udp/192.0.2.9/9']);
    socket.send(who('192.0.2.9', HERE));
    await arping('192.0.2.9');
    await eventually('a frame', async () => frames.length > 0 || undefined);
    expect(frames.map((frame) => frame.readUInt16BE(12))).toEqual(frames.map(() => 0x0806));
    expect(frames.map((frame) => readArp(frame).sender)).not.toContain(HERE.ip);
  });

  it('hears nothing of a VLAN that has no interface here, though the kernel strips its tag', async () => {
    const etherTypeAlone: PacketFilter = {
      etherType: ETHERTYPE_ARP,
      program: assemble([loadHalf(12), jumpIfEqual(ETHERTYPE_ARP, 0, 1), keep(0xffff), keep(0)]),
    };
    const fooled: Buffer[] = [];
    open({ filter: etherTypeAlone, onFrame: (frame) => fooled.push(frame) });
    open();
    const request = who('198.51.100.50', PEER);
    const tag = Buffer.of(0x81, 0x00, 0x00, 0x07);
    await sendFromPeer(Buffer.concat([request.subarray(0, 12), tag, request.subarray(12)]), 1);
    await sendFromPeer(who('192.0.2.50', PEER), 1);
    await eventually('the frame without tag', async () => frames.length > 0 || undefined);
    expect(fooled.map((frame) => readArp(frame).target)).toEqual(['198.51.100.50', '192.0.2.50']);
    expect(frames.map((frame) => readArp(frame).target)).toEqual(['192.0.2.50']);
  });

  it('does not make the interface promiscuous', async () => {
    open();
    expect(await ip('-d', 'link', 'show', 'here')).toContain('promiscuity 0');
  });

  it('leaves timers their turn between batches of 64 frames', async () => {
    let before: number | undefined;
    open({
      onFrame: (frame) => {
        if (frames.push(frame) === 1) setImmediate(() => (before = frames.length));
      },
    });
    await sendFromPeer(who('192.0.2.50', PEER), 150);
    await eventually('all frames', async () => frames.length >= 150 || undefined);
    expect(before).toBe(64);
  });

  it('counts what a full queue drops, also after it was closed', async () => {
    const socket = open();
    await sendFromPeer(who('192.0.2.50', PEER), 3000);
    const received = await eventually('the queue is empty', async () => {
      const length = frames.length;
      await turn();
      return length > 0 && length === frames.length ? length : undefined;
    });
    expect(socket.dropped()).toBeGreaterThan(0);
    expect(received + socket.dropped()).toBe(3000);
    socket.close();
    expect(received + socket.dropped()).toBe(3000);
  });

  it('calls nobody after it was closed, not even in the middle of a batch', async () => {
    const socket = open({
      onFrame: (frame) => {
        frames.push(frame);
        socket.close();
      },
    });
    await sendFromPeer(who('192.0.2.50', PEER), 10);
    await eventually('a frame', async () => frames.length > 0 || undefined);
    await turn();
    expect(frames).toHaveLength(1);
    socket.send(who('192.0.2.9', HERE));
    expect(errors).toEqual([]);
  });

  it('reports that the interface went down, and goes on when it is up again', async () => {
    const socket = open();
    await ip('link', 'set', 'here', 'down');
    await eventually('the error', async () => errors.length > 0 || undefined);
    expect(errors[0]).toMatchObject({ code: 'ENETDOWN', message: expect.stringContaining('cannot receive') });
    socket.send(who('192.0.2.9', HERE));
    expect(errors[1]).toMatchObject({ code: 'ENETDOWN', message: expect.stringContaining('cannot send a frame') });
    await ip('link', 'set', 'here', 'up');
    await arping('192.0.2.50');
    await eventually('a frame', async () => frames.length > 0 || undefined);
    expect(errors).toHaveLength(2);
  });

  it('reports that the interface is gone', async () => {
    const socket = open();
    await ip('link', 'delete', 'here');
    await eventually('the error', async () => errors.length > 0 || undefined);
    socket.send(who('192.0.2.9', HERE));
    expect(errors.map(({ code }) => code)).toEqual(['ENETDOWN', 'ENXIO']);
  });

  it('names the remedy for an interface that does not exist', () => {
    const message = 'cannot open a packet socket on interface 9999: ENODEV: no such device, bind: no interface has';
    expect(() => open({ interfaceIndex: 9999 })).toThrow(
      expect.objectContaining({ code: 'ENODEV', message: expect.stringContaining(message) }),
    );
  });

  it('names the capability that is missing', async () => {
    const program = await bundleProgram('open-packet-socket');
    try {
      const { stdout } = await run('setpriv', ['--bounding-set=-net_raw', process.execPath, program.path, '1']);
      expect(stdout).toBe(
        'EPERM cannot open a packet socket on interface 1: EPERM: operation not permitted, socket: ' +
          'run as root or grant CAP_NET_RAW\n',
      );
    } finally {
      await program.dispose();
    }
  });
});

/** Sends frames from the other namespace, while this thread waits: all of them are queued when it returns. */
async function sendFromPeer(frame: Buffer, count: number): Promise<void> {
  const program = await bundleProgram('send-frames');
  try {
    const index = await indexOf('there', '-n', 'peer');
    const args = [program.path, String(index), frame.toString('hex'), String(count)];
    execFileSync('ip', ['netns', 'exec', 'peer', process.execPath, ...args]);
  } finally {
    await program.dispose();
  }
}
