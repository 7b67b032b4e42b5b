import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatIPv4, formatIPv6, parseAddress } from '../../src/ip/address.ts';
import { DEFAULT_BURST } from '../../src/speaker/arp/gratuitous.ts';
import { KERNEL_GROUPS } from '../../src/speaker/wire/groups.ts';
import type { FromWire, ToWire } from '../../src/speaker/wire/messages.ts';
import { eventually } from '../../test/lab/eventually.ts';
import { ip, type Member, type Segment } from '../../test/lab/network.ts';
import { LineProcess } from '../../test/lab/speaker/line-process.ts';

/** The first address that is held, by family. */
export const FIRST = { IPv4: '10.64.64.1', IPv6: '2001:db8:64::1:1' } as const;
export type Family = keyof typeof FIRST;

const SUBNETS = { IPv4: '10.64.0.0/16', IPv6: '2001:db8:64::/64' } as const;
const LOCAL = { IPv4: '10.64.0.1', IPv6: '2001:db8:64::a' } as const;
const MAC = '02:00:00:00:00:11';
/** Milliseconds until 10,000 addresses are answered for. */
const PATIENCE = { timeoutMs: 120_000, intervalMs: 100 };

/** Has a machine answer for so many addresses from {@link FIRST} on. */
export type Hold = (member: Member, folder: string, family: Family, count: number) => Promise<void>;

/** A machine of the segment for holders. */
export async function addHolder(segment: Segment): Promise<Member> {
  return await segment.add({ name: 'holder', addresses: [`${LOCAL.IPv4}/16`, `${LOCAL.IPv6}/64`], mac: MAC });
}

/** The kernel answers: the addresses are on the machine's interface. */
export async function holdByKernel({ name }: Member, folder: string, family: Family, count: number): Promise<void> {
  const file = join(folder, 'addresses');
  const form = family === 'IPv4' ? '/32 dev eth0' : '/128 dev eth0 nodad';
  await writeFile(
    file,
    addressesOf(family, count)
      .map((address) => `address add ${address}${form}\n`)
      .join(''),
  );
  await ip('-n', name, '-batch', file);
}

/** The worker of a speaker answers, which has nothing else to do. */
export async function holdBySpeaker(member: Member, folder: string, family: Family, count: number): Promise<void> {
  const host = new LineProcess(member, join(folder, 'wire-host.js'));
  const told = () => host.lines.map((line) => JSON.parse(line) as FromWire);
  await eventually('the worker runs', async () => (host.lines.length > 0 ? true : undefined), PATIENCE);
  const index = await indexOf(member);
  const addresses = addressesOf(family, count);
  const key = SUBNETS[family];
  const held = [{ segment: key, addresses: addresses.map((address) => ({ address, moves: [] })) }];
  const planned = addresses.map((address) => {
    return { address, candidates: [member.name], holdOff: 0, draining: false };
  });
  const link = { name: 'eth0', index, mac: MAC };
  const segments = [{ key, interface: link, up: true, local: LOCAL[family], peers: [], addresses: planned }];
  const orders: readonly ToWire[] = [
    { type: 'begin', node: member.name, held },
    { type: 'assign', ownMacs: [MAC], speakerMacs: [], loopback: false, alone: true, segments },
  ];
  for (const order of orders) host.write(JSON.stringify(order));
  const alive = setInterval(() => (host.exited ? clearInterval(alive) : host.write('{"type":"alive"}')), 1000).unref();
  await eventually(
    'all are answered for',
    async () => {
      const owned = told().flatMap((each) => (each.type === 'report' ? each.roles : []));
      return owned.filter(({ role }) => role === 'Owner').length >= count ? true : undefined;
    },
    PATIENCE,
  );
  await eventually(
    'all are announced',
    async () => announced(told(), family) >= count * DEFAULT_BURST.length || undefined,
    PATIENCE,
  );
  if (family === 'IPv6') await eventually('all groups are joined', () => hasGroups(member, count), PATIENCE);
}

function addressesOf(family: Family, count: number): readonly string[] {
  const first = parseAddress(FIRST[family]);
  return Array.from({ length: count }, (_, index) =>
    first.family === 'IPv4' ? formatIPv4(first.value + index) : formatIPv6(first.value + BigInt(index)),
  );
}

async function indexOf(member: Member): Promise<number> {
  const [link] = JSON.parse(await member.run('ip', '-j', 'link', 'show', 'eth0')) as [{ ifindex: number }];
  return link.ifindex;
}

/** Announcements sent so far: a worker that takes over is busy with them for 2 s. */
function announced(messages: readonly FromWire[], family: Family): number {
  const reports = messages.filter((each) => each.type === 'report');
  return reports.at(-1)?.counters[family === 'IPv4' ? 'arp' : 'ndp'].announcementsSent ?? 0;
}

/** Whether the kernel has joined as many groups as it is to, and lets in the others. */
async function hasGroups(member: Member, count: number): Promise<true | undefined> {
  const joined = await member.run('ip', '-6', 'maddress', 'show', 'dev', 'eth0');
  if ((joined.match(/ff02::1:ff/g) ?? []).length < Math.min(count, KERNEL_GROUPS)) return undefined;
  if (count <= KERNEL_GROUPS) return true;
  const [link] = JSON.parse(await member.run('ip', '-j', '-d', 'link', 'show', 'eth0')) as [{ allmulti: number }];
  return link.allmulti > 0 ? true : undefined;
}
