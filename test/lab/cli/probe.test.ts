import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ip, type Member, Segment } from '../network.ts';
import { buildBerth } from './bundle.ts';

const FIRST = '02:00:00:00:00:11';
const SECOND = '02:00:00:00:00:12';

let berth: string;
let segment: Segment;
let beyond: Segment;
let client: Member;
let far: Member;

beforeAll(async () => {
  berth = await buildBerth();
  segment = await Segment.create('probe');
  beyond = await Segment.create('far');
  const one = [
    '192.0.2.11/24',
    '192.0.2.50/32',
    '192.0.2.51/32',
    '2001:db8::11/64',
    '2001:db8::50/128',
    '2001:db8::51/128',
  ];
  const n1 = await segment.add({ name: 'n1', mac: FIRST, addresses: one });
  const two = ['192.0.2.12/24', '192.0.2.51/32', '2001:db8::12/64', '2001:db8::51/128'];
  await segment.add({ name: 'n2', mac: SECOND, addresses: two });
  client = await segment.add({ name: 'client', addresses: ['192.0.2.100/24', '2001:db8::100/64'] });
  const router = await segment.add({ name: 'router', addresses: ['192.0.2.1/24', '2001:db8::1/64'] });
  far = await beyond.add({ name: 'far', addresses: ['198.51.100.2/24', '2001:db8:51::2/64'] });
  await ip('link', 'add', 'far-router', 'type', 'veth', 'peer', 'name', 'eth1', 'netns', 'router');
  await ip('link', 'set', 'far-router', 'master', 'far', 'up');
  await router.run('ip', 'link', 'set', 'eth1', 'up');
  await router.run('ip', 'address', 'add', '198.51.100.1/24', 'dev', 'eth1');
  await router.run('ip', 'address', 'add', '2001:db8:51::1/64', 'dev', 'eth1', 'nodad');
  await router.run('sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1');
  await far.run('ip', 'route', 'add', 'default', 'via', '198.51.100.1');
  await far.run('ip', '-6', 'route', 'add', 'default', 'via', '2001:db8:51::1');
  await n1.run('ip', 'route', 'add', 'default', 'via', '192.0.2.1');
  await n1.run('ip', '-6', 'route', 'add', 'default', 'via', '2001:db8::1');
});

afterAll(async () => {
  await segment?.dispose();
  await beyond?.dispose();
});

/** What `berth probe` says on a machine, and how it ends. */
async function probe(machine: Member, ...args: readonly string[]) {
  const { status, stdout, stderr } = await machine.try('node', berth, 'probe', ...args, '-o', 'json');
  return { status, stderr, report: stdout === '' ? undefined : JSON.parse(stdout) };
}

describe('berth probe', () => {
  it.each(['192.0.2.50', '2001:db8::50'])('finds the one machine that answers for %s, and no loss', async (address) => {
    const { status, report } = await probe(client, address);
    expect(report).toMatchObject({
      verdict: 'OneAnswers',
      asked: { interface: 'eth0', questions: 3 },
      answers: [{ mac: FIRST, sentBy: [FIRST], replies: 3 }],
      path: { sent: 3, received: 3, lossPercent: 0, hops: [{ hop: 1, address }], fault: null },
    });
    expect(status).toBe(0);
  });

  it.each(['192.0.2.51', '2001:db8::51'])('finds both machines that answer for %s', async (address) => {
    const { status, report } = await probe(client, address, '--no-icmp');
    expect(report).toMatchObject({ verdict: 'SeveralAnswer', path: null, pathMissing: '--no-icmp was given' });
    const macs = report.answers.map(({ mac }: { mac: string }) => mac);
    expect(macs.sort()).toEqual([FIRST, SECOND]);
    expect(status).toBe(2);
  });

  it.each(['192.0.2.52', '2001:db8::52'])('says that nobody answers for %s', async (address) => {
    const { status, report } = await probe(client, address, '-c', '2');
    expect(report).toMatchObject({
      verdict: 'NobodyAnswers',
      answers: [],
      path: { sent: 2, received: 0, lossPercent: 100 },
    });
    expect(status).toBe(2);
  });

  it.each([
    ['192.0.2.50', '198.51.100.1'],
    ['2001:db8::50', '2001:db8:51::1'],
  ])('tells the way to %s by the router %s', async (address, router) => {
    const { status, report } = await probe(far, address);
    expect(report).toMatchObject({
      verdict: 'Reachable',
      asked: null,
      answers: [],
      path: {
        received: 3,
        hops: [
          { hop: 1, address: router },
          { hop: 2, address },
        ],
      },
    });
    expect(status).toBe(0);
    expect(await probe(far, address.replace('50', '52'))).toMatchObject({
      status: 2,
      report: { verdict: 'Unreachable' },
    });
  });

  it.each([
    ['an address of its own', ['192.0.2.100'], 'is on eth0 of this machine'],
    ['a name', ['web.example'], 'web.example'],
    ['an interface that is not there', ['192.0.2.50', '-i', 'eth7'], 'those that can be asked on: eth0'],
    ['no questions', ['192.0.2.50', '-c', '0'], '--count 0: give a number from 1 to 100'],
  ])('refuses %s', async (_what, args, message) => {
    const { status, stderr } = await probe(client, ...args);
    expect(stderr).toContain(message);
    expect(status).toBe(1);
  });

  it('does without raw-socket where that is not there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'berth-alone-'));
    try {
      await cp(dirname(berth), folder, { recursive: true });
      const alone = await client.try('node', join(folder, 'berth.js'), 'probe', '192.0.2.50');
      expect(alone.stdout).toContain(`192.0.2.50 is at ${FIRST}`);
      expect(alone.stdout).toContain('ICMP: not tried: the optional package raw-socket is not here');
      expect(alone.status).toBe(0);
      const behind = await far.try('node', join(folder, 'berth.js'), 'probe', '192.0.2.50');
      expect(behind.stderr).toContain('is in no subnet of this machine, and ICMP cannot be tried');
      expect(behind.status).toBe(1);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
