import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { parseAddress } from '../../../src/ip/address.ts';
import { connectTcp, type TcpConnection } from '../../../src/os/tcp-connection.ts';
import { listenTcp, type TcpPort } from '../../../src/os/tcp-listener.ts';
import type { TcpOptions } from '../../../src/os/tcp-options.ts';
import { tcpDrops } from '../../../src/os/tcp-statistics.ts';
import { eventually } from '../eventually.ts';

const PORT = 1790;
/** What the kernel holds of a connection before it is read: least, at first, most. */
const RECEIVE_BUFFERS = '/proc/sys/net/ipv4/tcp_rmem';
const LOOPBACK = { IPv4: parseAddress('127.0.0.1'), IPv6: parseAddress('::1') };

const open: { close?(): void; destroy?(): void }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close?.() ?? each.destroy?.();
});

/** Listens, and remembers what comes. */
function listen(family: 'IPv4' | 'IPv6', options: TcpOptions = {}) {
  const heard = { text: '', accepted: undefined as TcpConnection | undefined, closed: '' };
  const port: TcpPort = listenTcp({
    family,
    port: PORT,
    onError: () => {},
    onRequest: (request) => {
      heard.accepted = request.accept(options, {
        onConnected: () => {},
        onData: (octets) => {
          heard.text += Buffer.from(octets).toString();
        },
        onClosed: (reason) => {
          heard.closed = reason;
        },
      });
      open.push(heard.accepted);
    },
  });
  open.push(port);
  return { port, heard };
}

function connect(family: 'IPv4' | 'IPv6', options: TcpOptions = {}) {
  const seen = { connected: false, text: '', closed: '' };
  const connection = connectTcp(
    { ...options, remote: { address: LOOPBACK[family], port: PORT } },
    {
      onConnected: () => {
        seen.connected = true;
      },
      onData: (octets) => {
        seen.text += Buffer.from(octets).toString();
      },
      onClosed: (reason) => {
        seen.closed = reason;
      },
    },
  );
  open.push(connection);
  return { connection, seen };
}

const until = (what: string, probe: () => boolean) => eventually(what, async () => (probe() ? true : undefined));

describe.each(['IPv4', 'IPv6'] as const)('TCP over %s', (family) => {
  it('carries octets either way, and what was written before the end', async () => {
    const { heard } = listen(family);
    const { connection, seen } = connect(family);
    await until('connected', () => seen.connected);
    expect(connection.local).toEqual(LOOPBACK[family]);
    let taken = 0;
    connection.write(Buffer.from('hello'), () => {
      taken += 1;
    });
    await until('heard', () => heard.text === 'hello');
    expect(taken).toBe(1);
    heard.accepted?.write(Buffer.from('farewell'), () => {});
    heard.accepted?.end();
    await until('closed', () => seen.closed !== '');
    expect(seen).toMatchObject({ text: 'farewell', closed: 'closed by the peer' });
  });

  it('needs the same key on both sides, and goes on while both change it', async () => {
    const { port, heard } = listen(family);
    port.setPassword(LOOPBACK[family], 'old');
    const before = tcpDrops()?.md5 ?? 0;
    const wrong = connect(family, { password: 'wrong' });
    const none = connect(family);
    await until('segments were refused', () => (tcpDrops()?.md5 ?? 0) - before >= 2);
    expect([wrong.seen.connected, none.seen.connected]).toEqual([false, false]);
    const { connection, seen } = connect(family, { password: 'old' });
    await until('connected', () => seen.connected);
    await until('accepted', () => heard.accepted !== undefined);
    connection.setPassword('new');
    connection.write(Buffer.from('hello'), () => {});
    await delay(300);
    expect(heard.text).toBe('');
    heard.accepted?.setPassword('new');
    await until('heard', () => heard.text === 'hello');
    expect(seen.closed).toBe('');
    port.setPassword(LOOPBACK[family], undefined);
    port.setPassword(LOOPBACK[family], undefined);
  });

  it('takes nothing that came from further away than it may', async () => {
    const { heard } = listen(family, { minimumHopLimit: 255 });
    const near = connect(family, { hopLimit: 255 });
    await until('connected', () => near.seen.connected);
    near.connection.write(Buffer.from('near'), () => {});
    await until('heard', () => heard.text === 'near');
    const far = connect(family, { hopLimit: 64 });
    await until('connected', () => far.seen.connected);
    far.connection.write(Buffer.from('far'), () => {});
    await delay(300);
    expect(heard.text).toBe('near');
  });

  it('says in words what keeps it from connecting, and from listening', async () => {
    const { seen } = connect(family);
    await until('closed', () => seen.closed !== '');
    expect(seen.closed).toMatch(/^connection refused/);
    listen(family);
    expect(() => listen(family)).toThrow(/cannot listen on TCP port 1790 .*another process has it/);
  });
});

it('gives the timers of its thread their turn while a peer sends as fast as it can', async () => {
  const before = await readFile(RECEIVE_BUFFERS, 'utf8');
  // So that more waits than is read at once.
  await writeFile(RECEIVE_BUFFERS, '4096 4194304 6291456');
  let [received, pieces, most] = [0, 0, 0];
  const turns = setInterval(() => {
    pieces = 0;
  }, 1);
  const onData = (octets: Uint8Array) => {
    // The peer has time to fill the buffer before the first piece is done with.
    const until = performance.now() + (received === 0 ? 500 : 2);
    while (performance.now() < until);
    received += octets.byteLength;
    pieces += 1;
    most = Math.max(most, pieces);
  };
  const port = listenTcp({
    ...{ family: 'IPv4', port: PORT, onError: () => {} },
    onRequest: (request) => open.push(request.accept({}, { onConnected: () => {}, onData, onClosed: () => {} })),
  });
  open.push(port);
  await writeFile(RECEIVE_BUFFERS, before);
  const octets = 8 << 20;
  const script = `require('node:net').connect(${PORT}, '127.0.0.1').end(Buffer.alloc(${octets}))`;
  const sender = spawn(process.execPath, ['-e', script]);
  await eventually('all has come', async () => received === octets || undefined, { timeoutMs: 30_000 });
  clearInterval(turns);
  sender.kill();
  // What was read before the first pause is told with it.
  expect(most).toBeLessThanOrEqual(3);
});
