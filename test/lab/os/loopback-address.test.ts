import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { putLoopbackAddress, removeLoopbackAddress } from '../../../src/os/loopback-address.ts';
import { eventually } from '../eventually.ts';
import { ip } from '../network.ts';
import { bundleProgram } from './bundle.ts';

const run = promisify(execFile);

interface LoopbackAddress {
  readonly local: string;
  readonly prefixlen: number;
  readonly scope: string;
  readonly valid_life_time: number;
  readonly preferred_life_time: number;
  readonly nodad?: boolean;
  readonly deprecated?: boolean;
  readonly tentative?: boolean;
}

async function onLoopback(address: string): Promise<LoopbackAddress | undefined> {
  const [lo] = JSON.parse(await ip('-j', 'address', 'show', 'dev', 'lo')) as [{ addr_info: LoopbackAddress[] }];
  return lo.addr_info.find(({ local }) => local === address);
}

async function secondsUntilGone(address: string): Promise<number> {
  const since = performance.now();
  await eventually(`${address} is gone`, async () => (await onLoopback(address)) === undefined || undefined);
  return (performance.now() - since) / 1000;
}

interface Route {
  readonly type?: string;
  readonly dst: string;
  readonly protocol: string;
}

/** Whether a packet to the address would be taken by this host. */
async function isAccepted(address: string): Promise<boolean> {
  const routes = await ip('-j', '-d', 'route', 'get', address).catch(() => '[]');
  return (JSON.parse(routes) as Route[]).some(({ type }) => type === 'local');
}

/** Who made the routes by which this host takes packets to the address, such as `kernel`. */
async function localRoutes(address: string): Promise<string[]> {
  const family = address.includes(':') ? '-6' : '-4';
  const routes = JSON.parse(await ip(family, '-j', 'route', 'show', 'table', 'local')) as Route[];
  return routes.filter(({ dst }) => dst === address).map(({ protocol }) => protocol);
}

const ADDRESSES = [
  ['192.0.2.50', 32, 'host'],
  ['2001:db8::50', 128, 'global'],
] as const;

afterEach(async () => {
  for (const [address, length] of ADDRESSES) {
    await ip('address', 'delete', `${address}/${length}`, 'dev', 'lo').catch(() => undefined);
    removeLoopbackAddress(address);
  }
});

describe.each(ADDRESSES)('%s', (address, prefixlen, scope) => {
  it('is put on lo at once, deprecated and with its lifetime', async () => {
    putLoopbackAddress(address, 30);
    const found = await onLoopback(address);
    expect(found).toMatchObject({ prefixlen, scope, deprecated: true, preferred_life_time: 0 });
    expect(found?.tentative).toBeUndefined();
    expect([29, 30]).toContain(found?.valid_life_time);
  });

  it('is gone by itself when it is not renewed, and stays while it is', async () => {
    putLoopbackAddress(address, 1);
    for (let renewal = 0; renewal < 6; renewal++) {
      await new Promise((resolve) => setTimeout(resolve, 400));
      expect(await onLoopback(address)).toBeDefined();
      putLoopbackAddress(address, 1);
    }
    expect(await secondsUntilGone(address)).toBeLessThan(3);
    putLoopbackAddress(address, 30);
    expect(await onLoopback(address)).toBeDefined();
  });

  it('is accepted by the kernel, and no more when it is removed', async () => {
    expect(await isAccepted(address)).toBe(false);
    putLoopbackAddress(address, 30);
    expect(await isAccepted(address)).toBe(true);
    // It does not wait for the route of the kernel.
    expect((await localRoutes(address)).includes('static')).toBe(prefixlen === 128);
    removeLoopbackAddress(address);
    expect(await isAccepted(address)).toBe(false);
    expect(await localRoutes(address)).toEqual([]);
  });

  it('is accepted for as long as it is there, and no longer', async () => {
    putLoopbackAddress(address, 1);
    expect(await isAccepted(address)).toBe(true);
    await secondsUntilGone(address);
    expect(await isAccepted(address)).toBe(false);
    putLoopbackAddress(address, 30);
    expect(await isAccepted(address)).toBe(true);
  });

  it('can be removed, also when it is not there', async () => {
    putLoopbackAddress(address, 30);
    removeLoopbackAddress(address);
    expect(await onLoopback(address)).toBeUndefined();
    removeLoopbackAddress(address);
  });

  it('can be removed and renewed after the process that put it', async () => {
    await ip('address', 'add', `${address}/${prefixlen}`, 'dev', 'lo', 'valid_lft', '30', 'preferred_lft', '0');
    putLoopbackAddress(address, 60);
    expect((await onLoopback(address))?.valid_life_time).toBeGreaterThan(30);
    removeLoopbackAddress(address);
    await ip('address', 'add', `${address}/${prefixlen}`, 'dev', 'lo', 'valid_lft', '30', 'preferred_lft', '0');
    removeLoopbackAddress(address);
    expect(await onLoopback(address)).toBeUndefined();
  });

  it('that somebody put there for good is left as it is', async () => {
    await ip('address', 'add', `${address}/${prefixlen}`, 'dev', 'lo');
    const before = await onLoopback(address);
    putLoopbackAddress(address, 3);
    expect(await onLoopback(address)).toEqual(before);
    removeLoopbackAddress(address);
    expect(await onLoopback(address)).toEqual(before);
  });
});

describe('an address on lo', () => {
  const VIP = '192.0.2.50';

  beforeEach(async () => {
    await ip('netns', 'add', 'peer');
    const peer = ['peer', 'name', 'there', 'netns', 'peer'];
    await ip('link', 'add', 'here', 'address', '02:00:00:00:00:01', 'type', 'veth', ...peer);
    await ip('link', 'set', 'here', 'up');
    await ip('-n', 'peer', 'link', 'set', 'there', 'up');
  });
  afterEach(async () => {
    await ip('link', 'delete', 'here');
    await ip('netns', 'delete', 'peer');
  });

  it('is reached from another host', async () => {
    await ip('address', 'add', '192.0.2.1/24', 'dev', 'here');
    await ip('-n', 'peer', 'address', 'add', '192.0.2.2/24', 'dev', 'there');
    await ip('-n', 'peer', 'neighbour', 'add', VIP, 'lladdr', '02:00:00:00:00:01', 'dev', 'there');
    putLoopbackAddress(VIP, 30);
    const server = createServer((socket) => socket.end(`${socket.localAddress}`));
    await once(server.listen(0, VIP), 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const { stdout } = await run('ip', ['netns', 'exec', 'peer', 'bash', '-c', `cat < /dev/tcp/${VIP}/${port}`]);
      expect(stdout).toBe(VIP);
    } finally {
      server.close();
    }
  });

  it('is not the source of what leaves through an interface without address', async () => {
    const source = async () => (await ip('route', 'get', '198.51.100.1')).includes(`src ${VIP}`);
    await ip('route', 'add', '198.51.100.0/24', 'dev', 'here');
    await ip('address', 'add', `${VIP}/32`, 'dev', 'lo', 'valid_lft', '30', 'preferred_lft', '0');
    expect(await source()).toBe(true);
    await ip('address', 'delete', `${VIP}/32`, 'dev', 'lo');
    putLoopbackAddress(VIP, 30);
    expect(await source()).toBe(false);
  });
});

describe('a connection to an IPv6 address on lo', () => {
  it('goes on when our route to it has run out', async () => {
    const address = '2001:db8::50';
    const server = createServer((socket) => socket.pipe(socket));
    await once(server.listen(0, '::'), 'listening');
    putLoopbackAddress(address, 30);
    const client = connect((server.address() as AddressInfo).port, address);
    try {
      await once(client, 'connect');
      await new Promise((resolve) => setTimeout(resolve, 6500));
      client.write('still here');
      expect(`${(await once(client, 'data'))[0]}`).toBe('still here');
      expect(await isAccepted(address)).toBe(true);
    } finally {
      client.destroy();
      server.close();
    }
  });
});

describe('the addresses of another process', () => {
  it('are gone seconds after it was killed', async () => {
    const program = await bundleProgram('hold-address');
    try {
      const child = spawn(process.execPath, [program.path, '192.0.2.50', '3'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      await new Promise((resolve) => setTimeout(resolve, 4500));
      expect(await onLoopback('192.0.2.50')).toBeDefined();
      child.kill('SIGKILL');
      await once(child, 'exit');
      expect(await secondsUntilGone('192.0.2.50')).toBeLessThan(5);
    } finally {
      await program.dispose();
    }
  });

  it('are not put without the capability, and it says so', async () => {
    const program = await bundleProgram('hold-address');
    try {
      const args = ['--bounding-set=-net_admin', process.execPath, program.path, '192.0.2.50', '3'];
      const { stderr } = await run('setpriv', args).catch((error) => error);
      expect(stderr).toContain('cannot put 192.0.2.50 on lo: EPERM');
      expect(stderr).toContain('run as root or grant CAP_NET_ADMIN');
    } finally {
      await program.dispose();
    }
  });
});
