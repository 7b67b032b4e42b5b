import { describe, expect, it } from 'vitest';
import { type L2Advertisement, L2AdvertisementKind } from '../../src/api/l2-advertisement.ts';
import { mustParse } from '../../src/api/schema/define-kind.ts';
import { advertisementStatusPatch } from '../../src/controller/advertisement-status.ts';

const NOW = '2026-01-02T03:04:05Z';
const POOLS = new Set(['a', 'b']);

const advertisement = (pools: readonly string[], status?: object): L2Advertisement =>
  mustParse(L2AdvertisementKind, {
    apiVersion: 'berth.dev/v1beta1',
    kind: 'L2Advertisement',
    metadata: { name: 'default', generation: 3 },
    spec: { ipAddressPools: pools },
    status,
  });
const patch = (object: L2Advertisement) => advertisementStatusPatch(object, (name) => POOLS.has(name), NOW);

describe('advertisementStatusPatch', () => {
  it.each([
    ['all pools', [], 'True', 'Ready', 'the advertisement is in force'],
    ['pools that exist', ['b', 'a'], 'True', 'Ready', 'the advertisement is in force'],
    [
      'one that does not',
      ['a', 'x'],
      'False',
      'UnknownPool',
      'spec.ipAddressPools names x, and there is no such IPAddressPool: create it, or take the name out',
    ],
    [
      'several that do not',
      ['y', 'x'],
      'False',
      'UnknownPool',
      'spec.ipAddressPools names x, y, and there are no such IPAddressPools: create them, or take the names out',
    ],
  ])('%s', (_, pools, status, reason, message) => {
    const condition = { type: 'Ready', status, reason, message, lastTransitionTime: NOW, observedGeneration: 3 };
    expect(patch(advertisement(pools))).toEqual({ conditions: [condition] });
    expect(patch(advertisement(pools, { conditions: [condition] }))).toBeNull();
  });
});
