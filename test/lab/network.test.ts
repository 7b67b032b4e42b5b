import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { footprintSince, NOTHING, takeFootprint } from './footprint.ts';
import { Segment } from './network.ts';

describe('Segment', () => {
  let segment: Segment;
  beforeEach(async () => {
    segment = await Segment.create();
  });
  afterEach(() => segment.dispose());

  it('connects its members, by both families, with the MAC address asked for', async () => {
    const n1 = await segment.add({
      name: 'n1',
      addresses: ['192.0.2.11/24', '2001:db8::11/64'],
      mac: '02:00:00:00:00:11',
    });
    const client = await segment.add({ name: 'client', addresses: ['192.0.2.100/24', '2001:db8::100/64'] });
    const server = n1.spawn('node', ['-e', SERVER], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(server.stdout ?? server, 'data');
    for (const host of ['192.0.2.11', '[2001:db8::11]']) {
      expect(await client.run('curl', '-sS', '--max-time', '2', `http://${host}/`)).toBe('n1');
    }
    expect(await client.run('ip', 'neighbour', 'show', '192.0.2.11')).toContain('lladdr 02:00:00:00:00:11');
  });

  it('keeps segments apart', async () => {
    const other = await Segment.create('far');
    try {
      await other.add({ name: 'n2', addresses: ['192.0.2.12/24'] });
      const n1 = await segment.add({ name: 'n1', addresses: ['192.0.2.11/24'] });
      const { status } = await n1.try('curl', '-s', '--max-time', '0.5', 'http://192.0.2.12/');
      // 7: no route to host, 28: timed out; "refused" would be 7 too, but at once and with the neighbour known.
      expect([7, 28]).toContain(status);
      expect(await n1.run('ip', 'neighbour', 'show', '192.0.2.12')).toMatch(/INCOMPLETE|FAILED/);
    } finally {
      await other.dispose();
    }
  });

  it('runs and ends commands on a member', async () => {
    const n1 = await segment.add({ name: 'n1', addresses: [] });
    expect(await n1.run('echo', '$HOME; *')).toBe('$HOME; *\n');
    await expect(n1.run('sh', '-c', 'echo no >&2; exit 3')).rejects.toThrow(
      'n1$ sh -c echo no >&2; exit 3: status 3: no',
    );
    expect(await n1.try('sh', '-c', 'echo out; exit 3')).toEqual({ status: 3, stdout: 'out\n', stderr: '' });
    const child = n1.spawn('sleep', ['1000']);
    await expect.poll(() => n1.pids()).toEqual([child.pid]);
    await n1.killAll();
    expect(await n1.pids()).toEqual([]);
    expect(child.signalCode).toBe('SIGKILL');
  });

  it('pulls a cable and puts it back', async () => {
    const n1 = await segment.add({ name: 'n1', addresses: [] });
    const carrier = async () => (await n1.run('ip', '-br', 'link', 'show', 'eth0')).includes('NO-CARRIER');
    await n1.setCable(false);
    await expect.poll(carrier).toBe(true);
    await n1.setCable(true);
    await expect.poll(carrier).toBe(false);
  });

  it('leaves nothing behind when disposed of, not even what runs on its members', async () => {
    await segment.dispose();
    const before = await takeFootprint();
    const other = await Segment.create('far');
    const n1 = await other.add({ name: 'n1', addresses: ['192.0.2.11/24'] });
    n1.spawn('sleep', ['1000']);
    await expect.poll(() => n1.pids()).toHaveLength(1);
    expect((await footprintSince(before)).links).toEqual(['far', 'far-n1@if2']);
    await other.dispose();
    await expect.poll(() => footprintSince(before)).toEqual(NOTHING);
  });
});

const SERVER = `require('node:http').createServer((_, response) => response.end('n1')).listen(80, '::', () => console.log())`;
