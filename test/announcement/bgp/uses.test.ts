import { describe, expect, it } from 'vitest';
import { readinessOf } from '../../../src/announcement/bgp/fault.ts';
import type { BgpObjects } from '../../../src/announcement/bgp/input.ts';
import { Uses } from '../../../src/announcement/bgp/uses.ts';
import { IN_USE } from '../../../src/api/finalizers.ts';
import { advertisement, community, objects, peer, profile } from './objects.ts';

const uses = (given: Partial<BgpObjects>) => new Uses(objects(given));
const at = (second: number) => `2026-01-01T00:00:0${second}Z`;
const dying = (name: string) => ({ name, deletionTimestamp: at(9), finalizers: [IN_USE] });

describe('a BFDProfile', () => {
  it('is used by the peers that name it', () => {
    const [fast, slow] = [profile('fast'), profile('slow')];
    const peers = [peer('b', { bfdProfile: 'fast' }), peer('a', { bfdProfile: 'fast' }), peer('c')];
    const found = uses({ peers, profiles: [fast, slow] });
    expect(found.of(fast)).toEqual(['BGPPeer a', 'BGPPeer b']);
    expect(found.of(slow)).toEqual([]);
    expect(found.faults()).toEqual([]);
  });

  it('says who keeps it when it is being deleted', () => {
    const fast = profile(dying('fast'));
    const found = uses({ peers: [peer('tor', { bfdProfile: 'fast' })], profiles: [fast] });
    expect(readinessOf(fast, found.faults())).toEqual({
      status: 'False',
      reason: 'InUse',
      message:
        'it is being deleted, and stays in force as long as it is named by BGPPeer tor: change spec.bfdProfile there, or delete them',
    });
  });

  it('names five of many', () => {
    const fast = profile(dying('fast'));
    const peers = [1, 2, 3, 4, 5, 6, 7].map((number) => peer(`p${number}`, { bfdProfile: 'fast' }));
    const [fault] = uses({ peers, profiles: [fast] }).faults();
    expect(fault?.message).toContain('BGPPeer p5, 2 more:');
    expect(fault?.message).not.toContain('p6');
  });

  it('is not in use when it is being deleted and nobody names it', () => {
    expect(uses({ profiles: [profile(dying('fast'))] }).faults()).toEqual([]);
  });
});

describe('a Community', () => {
  const names = (...communities: readonly string[]) => [advertisement('ad', { communities })];
  const old = (metadata: object = {}) =>
    community({ name: 'z', creationTimestamp: at(1), ...metadata }, { blue: '64500:1' });
  const dyingOld = old({ deletionTimestamp: at(9), finalizers: [IN_USE] });
  const young = (value = '64500:1', metadata: object = {}) =>
    community({ name: 'a', creationTimestamp: at(2), ...metadata }, { blue: value });
  const used = (...communities: readonly ReturnType<typeof old>[]) => {
    const found = uses({ advertisements: names('blue', '64500:9', 'no-such'), communities });
    return communities.filter((each) => found.of(each).length > 0).map(({ metadata }) => metadata.name);
  };

  it('is used by the advertisements that use one of its names', () => {
    expect(used(old())).toEqual(['z']);
    expect(used(community('c', { red: '64500:1', green: '64500:9' }))).toEqual([]);
    const found = uses({ advertisements: names('blue'), communities: [dyingOld] });
    expect(found.faults()[0]?.message).toContain('named by BGPAdvertisement ad: change spec.communities there');
  });

  it.each([
    ['the oldest counts', [old(), young()], ['z']],
    ['the oldest counts, whatever the other says', [old(), young('64500:2')], ['z']],
    ['the next one is held before the oldest goes', [dyingOld, young()], ['z', 'a']],
    ['and then the oldest goes', [dyingOld, young('64500:1', { finalizers: [IN_USE] })], ['a']],
    ['one that says otherwise takes nothing over', [dyingOld, young('64500:2', { finalizers: [IN_USE] })], ['z']],
    ['nor does one that is being deleted too', [dyingOld, young('64500:1', dying('a'))], ['z']],
    [
      'nor one behind another that says otherwise',
      [
        dyingOld,
        young('64500:2'),
        community({ name: 'b', creationTimestamp: at(3), finalizers: [IN_USE] }, { blue: '64500:1' }),
      ],
      ['z'],
    ],
  ])('that defines a name which others define: %s', (_, communities, wanted) => {
    expect(used(...communities)).toEqual(wanted);
    expect(used(...[...communities].reverse()).sort()).toEqual([...wanted].sort());
  });
});
