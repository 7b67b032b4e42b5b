import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type InterfaceWatch, type NetworkInterface, watchInterfaces } from '../../../src/os/interfaces.ts';
import { putLoopbackAddress, removeLoopbackAddress } from '../../../src/os/loopback-address.ts';
import { eventually } from '../eventually.ts';
import { ip } from '../network.ts';

let watch: InterfaceWatch;
let changes: (readonly NetworkInterface[])[];

beforeEach(async () => {
  changes = [];
  watch = await watchInterfaces((interfaces) => changes.push(interfaces));
});

afterEach(async () => {
  watch.stop();
  for (const name of ['lab0', 'lab2']) await ip('link', 'delete', name).catch(() => undefined);
});

function find(name: string): NetworkInterface | undefined {
  return watch.current().find((each) => each.name === name);
}

/** Waits until the interface is like that, by what the watch tells and not by what it can be asked. */
async function see(name: string, facts: Partial<NetworkInterface>): Promise<void> {
  await eventually(`${name} ${JSON.stringify(facts)}`, async () => {
    expect(changes.at(-1)?.find((each) => each.name === name)).toMatchObject(facts);
    return true;
  });
  expect(find(name)).toMatchObject(facts);
}

async function addPair(): Promise<void> {
  await ip('link', 'add', 'lab0', 'address', '02:00:00:00:00:11', 'type', 'veth', 'peer', 'name', 'lab1');
}

describe('watchInterfaces', () => {
  it('knows what is there at the start, loopback included, and tells of no change', async () => {
    expect(find('lo')).toEqual({
      name: 'lo',
      index: 1,
      mac: '00:00:00:00:00:00',
      up: true,
      loopback: true,
      noArp: false,
      master: false,
      addresses: ['127.0.0.1/8', '::1/128'],
      gateways: [],
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(changes).toEqual([]);
  });

  it('tells which addresses on lo are there for a time', async () => {
    const own = ['192.0.2.50/32', '2001:db8::50/128'];
    try {
      await ip('address', 'add', '198.51.100.1/32', 'dev', 'lo');
      for (const each of own) putLoopbackAddress(each.slice(0, each.indexOf('/')), 30);
      const lasting = ['127.0.0.1/8', '198.51.100.1/32', '::1/128'];
      await see('lo', { addresses: expect.arrayContaining([...lasting, ...own]), expiring: own });
    } finally {
      await ip('address', 'delete', '198.51.100.1/32', 'dev', 'lo');
      for (const each of own) removeLoopbackAddress(each.slice(0, each.indexOf('/')));
    }
    await see('lo', { addresses: ['127.0.0.1/8', '::1/128'] });
    expect(find('lo')?.expiring).toBeUndefined();
  });

  it('sees an interface come, change and go', async () => {
    await addPair();
    await see('lab0', { mac: '02:00:00:00:00:11', up: false, loopback: false, noArp: false, addresses: [] });
    await ip('link', 'set', 'lab0', 'up');
    await ip('link', 'set', 'lab1', 'up');
    await see('lab0', { up: true });
    await ip('address', 'add', '192.0.2.11/24', 'dev', 'lab0');
    await ip('address', 'add', '192.0.2.7/24', 'dev', 'lab0');
    await ip('address', 'add', '2001:db8::11/64', 'dev', 'lab0', 'nodad');
    await see('lab0', {
      addresses: ['192.0.2.7/24', '192.0.2.11/24', '2001:db8::11/64', expect.stringMatching(/^fe80::.*\/64$/)],
    });
    await ip('link', 'set', 'lab0', 'address', '02:00:00:00:00:12', 'arp', 'off');
    await see('lab0', { mac: '02:00:00:00:00:12', noArp: true });
    await ip('link', 'set', 'lab1', 'down');
    await see('lab0', { up: false });
    await ip('link', 'set', 'lab0', 'down', 'name', 'lab2');
    await see('lab2', { mac: '02:00:00:00:00:12' });
    expect(find('lab0')).toBeUndefined();
    await ip('link', 'delete', 'lab2');
    await eventually('it is gone', async () => (find('lab2') === undefined ? true : undefined));
  });

  it('sees the ports of a bridge as such, and one that left it', async () => {
    await addPair();
    await ip('link', 'add', 'lab2', 'type', 'bridge');
    await ip('link', 'set', 'lab0', 'master', 'lab2');
    await see('lab0', { master: true });
    await see('lab2', { master: false });
    await ip('link', 'set', 'lab0', 'nomaster');
    await see('lab0', { master: false });
  });

  it('sees gateways come, change and go, also those whose going the kernel does not tell', async () => {
    await addPair();
    await ip('link', 'set', 'lab1', 'up');
    await ip('link', 'set', 'lab0', 'up');
    await ip('address', 'add', '192.0.2.11/24', 'dev', 'lab0');
    await ip('address', 'add', '2001:db8::11/64', 'dev', 'lab0', 'nodad');
    await ip('route', 'add', 'default', 'via', '192.0.2.1');
    await see('lab0', { gateways: ['192.0.2.1'] });
    await ip('route', 'replace', 'default', 'via', '192.0.2.2');
    await ip('route', 'add', 'default', 'via', '192.0.2.3', 'dev', 'lab0', 'table', '100');
    await ip('-6', 'route', 'add', 'default', 'nexthop', 'via', '2001:db8::2', 'nexthop', 'via', '2001:db8::1');
    await see('lab0', { gateways: ['192.0.2.2', '192.0.2.3', '2001:db8::1', '2001:db8::2'] });
    await ip('address', 'delete', '192.0.2.11/24', 'dev', 'lab0');
    await see('lab0', { gateways: ['2001:db8::1', '2001:db8::2'] });
    await ip('address', 'add', '192.0.2.11/24', 'dev', 'lab0');
    await ip('route', 'add', 'default', 'via', '192.0.2.1');
    await see('lab0', { gateways: ['192.0.2.1', '2001:db8::1', '2001:db8::2'] });
    await ip('link', 'set', 'lab0', 'down');
    await see('lab0', { up: false, gateways: [] });
  });

  it('tells of one command once', async () => {
    await addPair();
    await see('lab0', { up: false });
    const before = changes.length;
    execFileSync('ip', ['-batch', '-'], {
      input: Array.from({ length: 20 }, (_, host) => `address add 192.0.2.${host}/32 dev lab0\n`).join(''),
    });
    await eventually('all addresses', async () => (find('lab0')?.addresses.length === 20 ? true : undefined));
    expect(changes.length).toBe(before + 1);
  });

  it('knows everything again after more changes than its queue can hold', async () => {
    await addPair();
    await see('lab0', { up: false });
    // This thread waits for the command, so the notices pile up: 3000 are ten times what fits.
    const line = (number: number) => `address add 10.0.${number >> 8}.${number & 255}/32 dev lab0\n`;
    execFileSync('ip', ['-batch', '-'], { input: Array.from({ length: 3000 }, (_, number) => line(number)).join('') });
    await eventually('all addresses', async () => (find('lab0')?.addresses.length === 3000 ? true : undefined));
    await ip('address', 'flush', 'dev', 'lab0');
    await eventually('no address', async () => (find('lab0')?.addresses.length === 0 ? true : undefined));
  });

  it('tells nothing after it was stopped', async () => {
    await addPair();
    await see('lab0', { up: false });
    const before = changes.length;
    await ip('link', 'set', 'lab0', 'up');
    watch.stop();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(changes.length).toBe(before);
    watch.stop();
  });
});
