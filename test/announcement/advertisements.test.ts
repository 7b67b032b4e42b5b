import { describe, expect, it } from 'vitest';
import { Advertisements, noAdvertisement, notSelected, weightOf } from '../../src/announcement/advertisements.ts';
import type { KnownNode } from '../../src/announcement/nodes.ts';
import { advertisement, service } from './objects.ts';

const labelled = (labels: Readonly<Record<string, string>>) => ({ matchLabels: labels });
const n1: KnownNode = { name: 'n1', labels: { rack: 'a', disk: 'ssd' }, alive: true };
const web = service('web', {}, { app: 'web' });
const pool = { name: 'public', labels: { zone: 'dmz' } };

function covering(...specs: readonly object[]) {
  const advertisements = new Advertisements(specs.map((spec, i) => advertisement(spec, `ad${i}`)));
  return { advertisements, coverage: advertisements.covering(pool, web) };
}

describe('Advertisements', () => {
  it.each<[string, object, boolean]>([
    ['an empty spec', {}, true],
    ['the pool by name', { ipAddressPools: ['other', 'public'] }, true],
    ['other pools by name', { ipAddressPools: ['other'] }, false],
    ['the pool by label', { ipAddressPoolSelectors: [labelled({ zone: 'lan' }), labelled({ zone: 'dmz' })] }, true],
    ['other pools by label', { ipAddressPoolSelectors: [labelled({ zone: 'lan' })] }, false],
    ['name or label', { ipAddressPools: ['other'], ipAddressPoolSelectors: [labelled({ zone: 'dmz' })] }, true],
    [
      'the Service by one of two selectors',
      { serviceSelectors: [labelled({ app: 'x' }), labelled({ app: 'web' })] },
      true,
    ],
    ['other Services', { serviceSelectors: [labelled({ app: 'x' })] }, false],
    [
      'the pool, but not the Service',
      { ipAddressPools: ['public'], serviceSelectors: [labelled({ app: 'x' })] },
      false,
    ],
  ])('%s', (_, spec, covers) => {
    expect(covering(spec).coverage.ofService.length).toBe(covers ? 1 : 0);
  });

  it('covers an address of no known pool only where all pools are covered', () => {
    const all = new Advertisements([advertisement({}, 'all'), advertisement({ ipAddressPools: ['public'] }, 'one')]);
    expect(all.covering(undefined, web).ofService.map(({ metadata }) => metadata.name)).toEqual(['all']);
  });

  it('gives equal answers as one object', () => {
    const all = new Advertisements([advertisement()]);
    expect(all.covering(pool, web)).toBe(all.covering({ ...pool }, service('api')));
    expect(all.covering(pool, web)).not.toBe(all.covering({ name: 'other' }, web));
  });

  it.each<[string, readonly object[], string, string]>([
    ['no pool', [{ ipAddressPools: ['other'] }], 'NoAdvertisement', 'no L2Advertisement covers pool public'],
    [
      'no node',
      [{ nodeSelectors: [labelled({ rack: 'b' })] }],
      'NodeNotSelected',
      'nodeSelectors of L2Advertisement ad0',
    ],
    [
      'no Service',
      [{ serviceSelectors: [labelled({ app: 'x' })] }],
      'ServiceNotSelected',
      'serviceSelectors of L2Advertisement ad0',
    ],
    [
      'neither the node with the Service nor the Service with the node',
      [{ nodeSelectors: [labelled({ rack: 'b' })] }, { serviceSelectors: [labelled({ app: 'x' })] }],
      'NodeNotSelected',
      'nodeSelectors of L2Advertisement ad0 do',
    ],
  ])('tells why when %s is selected', (_, specs, reason, part) => {
    const { advertisements, coverage } = covering(...specs);
    expect(advertisements.selecting(n1, coverage.ofService)).toEqual([]);
    const bar = notSelected(n1, coverage);
    expect(bar.reason).toBe(reason);
    expect(bar.detail).toContain(part);
  });

  it('selects nodes by any of the selectors', () => {
    const { advertisements, coverage } = covering({
      nodeSelectors: [labelled({ rack: 'b' }), labelled({ disk: 'ssd' })],
    });
    expect(advertisements.selecting(n1, coverage.ofService)).toHaveLength(1);
  });

  it.each<[string, readonly string[] | undefined, string]>([
    [
      'a near one',
      ['public', 'lan'],
      '; L2Advertisement a names pool pubic, which does not exist: did you mean public?',
    ],
    ['none near', ['office'], '; L2Advertisement a names pool pubic, which does not exist'],
    ['it after all', ['pubic', 'public'], 'one that exists'],
    ['nothing known', undefined, 'one that exists'],
  ])('says where an advertisement names a pool that does not exist: there is %s', (_, pools, end) => {
    const all = new Advertisements([advertisement({ ipAddressPools: ['pubic'] }, 'a')], pools);
    const coverage = all.covering(pool, web);
    expect(noAdvertisement(coverage, web).endsWith(end)).toBe(true);
    expect(notSelected(n1, coverage)).toEqual({ reason: 'NoAdvertisement', detail: noAdvertisement(coverage, web) });
  });

  it('names three such pools and counts the rest', () => {
    const all = new Advertisements([advertisement({ ipAddressPools: ['v', 'w', 'x', 'y', 'z'] }, 'a')], []);
    expect(noAdvertisement(all.covering(pool, web), web)).toMatch(
      /exists; \S+ a names pool v, .*; \S+ a names pool w, .*; \S+ a names pool x, [^;]*; and 2 more names of no pool$/,
    );
  });

  it('says what to do where nothing covers a Service', () => {
    expect(noAdvertisement(covering().coverage, web)).toMatch(/no L2Advertisement covers pool public: add one/);
    const { coverage } = covering({ serviceSelectors: [labelled({ app: 'x' })] });
    expect(noAdvertisement(coverage, web)).toMatch(/serviceSelectors of L2Advertisement ad0 .* Service default\/web/);
  });
});

describe('weightOf', () => {
  const prefer = (weight: number, labels: Readonly<Record<string, string>>) => ({
    weight,
    preference: labelled(labels),
  });

  it('adds up over selectors and advertisements', () => {
    const advertisements = [
      advertisement({ preferredNodeSelectors: [prefer(10, { rack: 'a' }), prefer(5, { rack: 'b' })] }, 'ad0'),
      advertisement({ preferredNodeSelectors: [prefer(3, { disk: 'ssd' }), prefer(1, {})] }, 'ad1'),
    ];
    expect(weightOf(n1, advertisements)).toBe(14);
    expect(weightOf({ ...n1, labels: {} }, advertisements)).toBe(1);
  });
});
