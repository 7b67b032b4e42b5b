import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Native, native } from '../../../src/os/native.ts';
import { ip } from '../network.ts';
import { who } from './arp-frame.ts';
import { bundleProgram } from './bundle.ts';

const run = promisify(execFile);
const [AF_INET, AF_PACKET, SOCK_DGRAM, SOCK_RAW, ETHERTYPE_ARP] = [2, 17, 2, 3, 0x0806];

/** The functions as JavaScript sees them: they take anything. */
type Loose = Readonly<Record<keyof Native, (...args: readonly unknown[]) => unknown>>;
const addon = native() as unknown as Loose;

const BYTES = new Uint8Array(8);
const LONG = new Uint8Array(8 * 4097);
const FRAME = who('192.0.2.50', { mac: '02:00:00:00:00:01', ip: '192.0.2.1' });
const FUNCTION = () => {};

describe('the addon', () => {
  it.each<[keyof Native, readonly unknown[]]>([
    ['socket', []],
    ['socket', [AF_INET, SOCK_DGRAM]],
    ['socket', ['2', SOCK_DGRAM, 0]],
    ['socket', [AF_INET, 2.5, 0]],
    ['socket', [Number.NaN, SOCK_DGRAM, 0]],
    ['socket', [AF_INET, SOCK_DGRAM, 2 ** 31]],
    ['socket', [AF_INET, SOCK_DGRAM, Number.NEGATIVE_INFINITY]],
    ['socket', [2n, SOCK_DGRAM, 0]],
    ['close', []],
    ['close', [-1]],
    ['close', [{}]],
    ['close', [Symbol('fd')]],
    ['bind', [9999, 'address']],
    ['bind', [9999, new Uint16Array(4)]],
    ['bind', [9999, new ArrayBuffer(8)]],
    ['bind', [9999, new DataView(new ArrayBuffer(8))]],
    ['bind', [9999, new Uint8Array(0)]],
    ['bind', [9999, detached()]],
    ['setsockopt', [9999, 1, 2]],
    ['setsockopt', [9999, 1, 2, 'on']],
    ['setsockopt', [9999, 1, 2, 1.5]],
    ['getsockopt', [9999, 1, 2, 4]],
    ['attachFilter', [9999, new Uint8Array(7)]],
    ['attachFilter', [9999, LONG]],
    ['attachFilter', [9999, null]],
    ['send', [9999]],
    ['send', [9999, [1, 2, 3]]],
    ['sendto', [9999, BYTES]],
    ['sendto', [9999, BYTES, '192.0.2.1']],
    ['sendto', [9999, [1], BYTES]],
    ['recv', [9999, undefined]],
    ['recvmsg', [9999, BYTES, BYTES]],
    ['recvmsg', [9999, BYTES, BYTES, new Uint8Array(0)]],
    ['recvmsg', [9999, BYTES, detached(), BYTES]],
    ['recv', [null, BYTES]],
    ['poll', [9999]],
    ['poll', [9999, {}]],
    ['poll', ['fd', FUNCTION]],
  ])('%s refuses its arguments, case %#', (name, args) => {
    expect(() => addon[name](...args)).toThrow(
      expect.objectContaining({
        name: 'TypeError',
        code: 'ERR_INVALID_ARG_TYPE',
        message: expect.stringMatching(/^The "\w+" argument must be /),
      }),
    );
  });

  it.each<[keyof Native, readonly unknown[], string]>([
    ['close', [9999], 'close'],
    ['bind', [9999, BYTES], 'bind'],
    ['setsockopt', [9999, 1, 2, 1], 'setsockopt'],
    ['setsockopt', [9999, 1, 2, BYTES], 'setsockopt'],
    ['getsockopt', [9999, 1, 2, BYTES], 'getsockopt'],
    ['attachFilter', [9999, BYTES], 'setsockopt'],
    ['send', [9999, BYTES], 'send'],
    ['sendto', [9999, BYTES, BYTES], 'sendto'],
    ['recv', [9999, BYTES], 'recv'],
    ['recvmsg', [9999, BYTES, new Uint8Array(8), new Uint8Array(8)], 'recvmsg'],
    ['poll', [9999, FUNCTION], 'poll'],
  ])('%s throws as Node does when the kernel refuses', (name, args, syscall) => {
    expect(() => addon[name](...args)).toThrow(
      expect.objectContaining({
        code: 'EBADF',
        errno: -9,
        syscall,
        message: `EBADF: bad file descriptor, ${syscall}`,
      }),
    );
  });

  it('opens sockets that do not wait and are closed on exec', async () => {
    const { socket, recv, close } = native();
    const fd = socket(AF_INET, SOCK_DGRAM, 0);
    try {
      expect(recv(fd, BYTES)).toBe(-1);
      const { stdout } = await run('cat', [`/proc/${process.pid}/fdinfo/${fd}`]);
      // O_CLOEXEC 02000000 and O_NONBLOCK 04000 beside O_RDWR 02, in octal.
      expect(/flags:\s*(\d+)/.exec(stdout)?.[1]).toBe('02004002');
    } finally {
      close(fd);
    }
  });

  it('stops once, from within its callback or after, and closes the socket', async () => {
    const { send, poll } = native();
    const fd = openOnLoopback();
    let calls = 0;
    await new Promise<void>((resolve) => {
      const stop = poll(fd, () => {
        calls++;
        stop();
        stop();
        setImmediate(resolve);
      });
      send(fd, FRAME);
    });
    expect(calls).toBe(1);
    expect(() => send(fd, FRAME)).toThrow(expect.objectContaining({ code: 'EBADF' }));
  });

  it('refuses to watch a socket twice, and leaves it to the first', async () => {
    const { send, recv, poll } = native();
    const fd = openOnLoopback();
    const received = new Promise<number>((resolve) => {
      const stop = poll(fd, () => {
        resolve(recv(fd, BYTES));
        stop();
      });
    });
    expect(() => poll(fd, FUNCTION)).toThrow(expect.objectContaining({ code: 'EEXIST', syscall: 'poll' }));
    send(fd, FRAME);
    expect(await received).toBe(FRAME.length);
  });

  it('tells of a cut message by its length', () => {
    const { send, recv, close } = native();
    const fd = openOnLoopback();
    try {
      send(fd, FRAME);
      expect(recv(fd, BYTES)).toBe(FRAME.length);
      expect([...BYTES]).toEqual([...FRAME.subarray(0, BYTES.length)]);
      expect(recv(fd, BYTES)).toBe(-1);
    } finally {
      close(fd);
    }
  });

  it('tells a sender and its control messages, and nothing where there is none', () => {
    const { socket, setsockopt, bind, sendto, recvmsg, close } = native();
    const fd = socket(AF_INET, SOCK_DGRAM, 0);
    try {
      const [address, control] = [new Uint8Array(28).fill(255), new Uint8Array(64).fill(255)];
      expect(recvmsg(fd, new Uint8Array(4), address, control)).toBe(-1);
      expect([...address, ...control].every((byte) => byte === 0)).toBe(true);
      const here = Buffer.from('02000f3d7f0000010000000000000000', 'hex');
      // IPPROTO_IP, IP_RECVTTL
      setsockopt(fd, 0, 12, 1);
      bind(fd, here);
      sendto(fd, FRAME, here);
      expect(recvmsg(fd, new Uint8Array(4), address, control)).toBe(FRAME.length);
      expect(Buffer.from(address).toString('hex')).toBe(`${here.toString('hex')}${'00'.repeat(12)}`);
      // IP_TTL of level IPPROTO_IP, which is 0, with 64.
      expect(Buffer.from(control).readInt32LE(12)).toBe(2);
      expect(Buffer.from(control).readInt32LE(16)).toBe(64);
    } finally {
      close(fd);
    }
  });

  it('leaves no socket and no crash behind when workers end in the middle of frames', async () => {
    const program = await bundleProgram('terminate-workers');
    await ip('link', 'add', 'lab0', 'type', 'veth', 'peer', 'name', 'lab1');
    try {
      for (const name of ['lab0', 'lab1']) await ip('link', 'set', name, 'up');
      const links = JSON.parse(await ip('-j', 'link', 'show', 'type', 'veth')) as { ifname: string; ifindex: number }[];
      const indexes = ['lab0', 'lab1'].map((name) => String(links.find((link) => link.ifname === name)?.ifindex));
      const { stdout } = await run(process.execPath, [program.path, ...indexes, '200']);
      const { before, after, frames } = JSON.parse(stdout) as Record<string, number>;
      expect(after).toBe(before);
      expect(frames).toBeGreaterThanOrEqual(100);
    } finally {
      await ip('link', 'delete', 'lab0');
      await program.dispose();
    }
  });

  it('holds neither descriptors nor memory of sockets that were closed', async () => {
    const program = await bundleProgram('churn-sockets');
    try {
      const { stdout } = await run(process.execPath, ['--expose-gc', program.path, '20000']);
      const { before, after, grown } = JSON.parse(stdout) as { before: number; after: number; grown: number };
      expect(after).toBe(before);
      expect(grown).toBeLessThan(16);
    } finally {
      await program.dispose();
    }
  });
});

/** A packet socket on lo, which gets what it sends (packet(7)). */
function openOnLoopback(): number {
  const { socket, bind } = native();
  const address = Buffer.alloc(20);
  address.writeUInt16LE(AF_PACKET, 0);
  address.writeUInt16BE(ETHERTYPE_ARP, 2);
  address.writeInt32LE(1, 4);
  const fd = socket(AF_PACKET, SOCK_RAW, 0);
  bind(fd, address);
  return fd;
}

function detached(): Uint8Array {
  const bytes = new Uint8Array(8);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  return bytes;
}
