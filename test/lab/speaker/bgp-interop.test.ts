import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Member, Segment } from '../network.ts';
import { bundleWire } from './bundle.ts';
import { BIRD } from './routers/bird-router.ts';
import { CHECKS } from './routers/checks.ts';
import { EXABGP } from './routers/exabgp-router.ts';
import { FRR } from './routers/frr-router.ts';
import { GOBGP } from './routers/gobgp-router.ts';
import { FEATURES, type FeatureName, gapOf, type RouterName } from './routers/matrix.ts';
import { OPENBGPD } from './routers/openbgpd-router.ts';
import type { Router } from './routers/router.ts';
import { SCENES } from './routers/scenes.ts';
import { Stage } from './routers/stage.ts';

const MAKES: Readonly<Record<RouterName, Router>> = { BIRD, FRR, GoBGP: GOBGP, OpenBGPD: OPENBGPD, ExaBGP: EXABGP };

let programs: string;
let folder: string;
let segment: Segment;
let node: Member;
let tor: Member;

beforeAll(async () => {
  programs = await bundleWire();
  segment = await Segment.create('io');
  node = await segment.add({ name: 'node', addresses: ['192.0.2.11/24', '2001:db8::11/64'] });
  tor = await segment.add({ name: 'tor', addresses: ['192.0.2.1/24', '2001:db8::1/64'] });
  // Some routers advertise prefixes by themselves: an address made of one would do as a next hop as well.
  await node.run('sysctl', '-qw', 'net.ipv6.conf.eth0.accept_ra=0');
});
afterAll(async () => {
  await segment?.dispose();
  if (programs !== undefined) await rm(programs, { recursive: true });
});
afterEach(async () => {
  for (const member of [node, tor]) await member.killAll();
  await rm(folder, { recursive: true, force: true });
});

it('looks at every feature in one scene', () => {
  const looked = SCENES.flatMap(({ features }) => features);
  expect([...looked].sort()).toEqual(Object.keys(FEATURES).sort());
  folder = '';
});

describe.each(Object.entries(MAKES) as [RouterName, Router][])('%s', (name, make) => {
  const tested = SCENES.flatMap((scene) => {
    const features = scene.features.filter((feature) => gapOf(feature, name) === undefined);
    return features.length === 0 ? [] : [[scene.name, features, scene] as const];
  });

  it.each(tested)('with %s: %j', async (_, features: readonly FeatureName[], scene) => {
    folder = await mkdtemp(join(tmpdir(), 'router-'));
    const stage = await Stage.set(make, scene, { node, tor, programs, folder });
    for (const feature of features) {
      await CHECKS[feature](stage).catch((error: unknown) => {
        throw new Error(`${FEATURES[feature].name}: ${error instanceof Error ? error.message : String(error)}`);
      });
    }
  });
});
