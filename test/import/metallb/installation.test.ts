import { expect, it } from 'vitest';
import { defaultAdvertisementRemark } from '../../../src/import/metallb/installation.ts';
import { l2Advertisement, pool } from '../../../src/import/metallb/resources.ts';
import type { L2AdvertisementSpec } from '../../../src/import/metallb/schemas.ts';

const POOL = pool({ name: 'public' }, { addresses: ['192.0.2.0/24'] });

it.each<[string, readonly (readonly [string, L2AdvertisementSpec])[], boolean]>([
  ['no advertisement at layer 2', [], true],
  ['one for some nodes', [['edge', { nodeSelectors: [{ matchLabels: { edge: 'yes' } }] }]], true],
  ['one for a pool', [['a', { ipAddressPools: ['public'] }]], true],
  ['one of everything', [['a', { ipAddressPools: [] }]], false],
  ['one of everything, and preferred nodes', [['a', { preferredNodeSelectors: [] }]], false],
  ['one that takes its place', [['default', { interfaces: ['eth0'] }]], false],
])('with %s', (_, advertisements, isTold) => {
  const imported = [POOL, ...advertisements.map(([name, spec]) => l2Advertisement({ name }, spec))];
  expect(defaultAdvertisementRemark(imported) !== null).toBe(isTold);
});

it('says nothing where there is no pool', () => {
  expect(defaultAdvertisementRemark([])).toBeNull();
});
