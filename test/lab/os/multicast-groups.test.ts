import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type MulticastGroups, openMulticastGroups } from '../../../src/os/multicast-groups.ts';
import { ip } from '../network.ts';

const SOLICITED_NODE = 0xff02_0000_0000_0000_0000_0001_ff00_0000n;
const group = (number: number) => ({ family: 'IPv6' as const, value: SOLICITED_NODE | BigInt(number) });

let groups: MulticastGroups;

beforeEach(async () => {
  await ip('link', 'add', 'lab0', 'type', 'veth', 'peer', 'name', 'lab1');
  for (const name of ['lab0', 'lab1']) await ip('link', 'set', name, 'up');
  const [link] = JSON.parse(await ip('-j', 'link', 'show', 'lab0')) as [{ ifindex: number }];
  groups = openMulticastGroups(link.ifindex);
});

afterEach(async () => {
  groups.close();
  await ip('link', 'delete', 'lab0').catch(() => undefined);
});

/** Solicited-node groups of the interface, but for those of its own addresses. */
async function joined(): Promise<readonly string[]> {
  const text = await ip('-6', 'maddress', 'show', 'dev', 'lab0');
  return (text.match(/ff02::1:ff00:[0-9a-f]+/g) ?? []).sort();
}

describe('openMulticastGroups', () => {
  it('joins and leaves, once', async () => {
    groups.join(group(1));
    groups.join(group(1));
    groups.join(group(2));
    expect(await joined()).toEqual(['ff02::1:ff00:1', 'ff02::1:ff00:2']);
    groups.leave(group(1));
    groups.leave(group(3));
    expect(await joined()).toEqual(['ff02::1:ff00:2']);
    groups.join(group(1));
    groups.close();
    expect(await joined()).toEqual([]);
  });

  it('takes more groups than one socket holds', async () => {
    for (let number = 1; number <= 5000; number++) groups.join(group(number));
    expect(await joined()).toHaveLength(5000);
    groups.leave(group(1));
    groups.leave(group(5000));
    expect(await joined()).toHaveLength(4998);
  });

  it('keeps them while the link is down', async () => {
    groups.join(group(1));
    await ip('link', 'set', 'lab0', 'down');
    await ip('link', 'set', 'lab0', 'up');
    expect(await joined()).toEqual(['ff02::1:ff00:1']);
  });

  it('says that the interface is gone', async () => {
    groups.join(group(1));
    await ip('link', 'delete', 'lab0');
    expect(() => groups.join(group(2))).toThrow(expect.objectContaining({ code: 'ENODEV' }));
    groups.leave(group(1));
  });
});
