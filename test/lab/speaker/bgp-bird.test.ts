import { rm } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Member, Segment } from '../network.ts';
import { assignedPeer, BgpWorker } from './bgp-worker.ts';
import { Bird } from './bird.ts';
import { bundleWire } from './bundle.ts';

let folder: string;
let segment: Segment;
let node: Member;
let tor: Member;
let bird: Bird | undefined;

beforeAll(async () => {
  folder = await bundleWire();
  segment = await Segment.create('bgp');
  node = await segment.add({ name: 'node', addresses: ['192.0.2.11/24', '2001:db8::11/64'] });
  tor = await segment.add({ name: 'tor', addresses: ['192.0.2.1/24', '2001:db8::1/64'] });
});

afterAll(async () => {
  await segment?.dispose();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

afterEach(async () => {
  for (const member of [node, tor]) await member.killAll();
  await bird?.remove();
});

/** A BIRD that speaks BGP with the node. */
function configuration(body: string, { as = 64513, neighbor = '192.0.2.11' } = {}): string {
  return `
router id 192.0.2.1;
protocol device {}
protocol bfd { interface "eth0" { min rx interval 100 ms; min tx interval 100 ms; multiplier 3; }; }
protocol bgp berth {
  local as ${as};
  neighbor ${neighbor} as 64512;
  connect delay time 1; error wait time 1, 2;
  ${body}
}
`;
}

const IPV4 = 'ipv4 { import all; export none; };';

async function startBird(body: string, options?: Parameters<typeof configuration>[1]): Promise<Bird> {
  bird = await Bird.start(tor, configuration(body, options));
  return bird;
}

describe('a session with BIRD', () => {
  it('carries IPv4 routes with their attributes, changes and withdrawals', async () => {
    const router = await startBird(IPV4);
    const worker = await BgpWorker.start(node, folder);
    await worker.assign(node, assignedPeer());
    worker.advertise({
      '198.51.100.1/32': {
        multiExitDisc: 7,
        prepend: 2,
        communities: [(64512 << 16) >>> 0, 0xffff0000],
        largeCommunities: [[64512, 1, 2]],
      },
      '198.51.100.0/24': { communities: [], largeCommunities: [] },
    });
    await worker.established();
    await router.established();
    const shown = await router.shows(['show', 'route', 'all', '198.51.100.1/32'], /large_community/);
    expect(shown).toContain('BGP.as_path: 64512 64512 64512');
    expect(shown).toContain('BGP.next_hop: 192.0.2.11');
    expect(shown).toContain('BGP.med: 7');
    expect(shown).toMatch(/BGP.community: \(64512,0\) \(65535,0\)/);
    expect(shown).toContain('BGP.large_community: (64512, 1, 2)');
    await router.shows(['show', 'route', 'count'], /^2 of 2 routes/m);
    await worker.until('both are told', ({ advertised }) => advertised === 2);
    worker.change({ '198.51.100.1/32': null, '198.51.100.2/32': { communities: [], largeCommunities: [] } });
    await router.shows(['show', 'route'], /198.51.100.2\/32/);
    expect(await router.ask('show', 'route')).not.toContain('198.51.100.1/32');
    expect(await router.ask('show', 'protocols', 'all', 'berth')).toContain('Import updates:              3');
  });
});
