import { describe, expect, it } from 'vitest';
import { routerConfiguration, VENDORS, type Vendor } from '../../src/router-config/vendors.ts';
import { pool } from '../announcement/bgp/objects.ts';
import { CASES } from './cases.ts';
import { type Grammar, ungrammatical } from './grammar.ts';
import { EOS, IOS_XE, JUNOS } from './grammars.ts';
import { router } from './objects.ts';

const all = Object.keys(CASES).flatMap((name) => VENDORS.map((vendor) => [name, vendor] as const));

function written(name: string, vendor: Vendor): string {
  const make = CASES[name];
  if (make === undefined) throw new Error(`no case ${name}`);
  return routerConfiguration(vendor, make());
}

describe('routerConfiguration', () => {
  it.each(all)('writes the case %s for %s as the golden file has it', async (name, vendor) => {
    await expect(written(name, vendor)).toMatchFileSnapshot(`golden/${name}.${vendor}`);
  });

  it.each(all)('shows no password in the case %s for %s', (name, vendor) => {
    const text = routerConfiguration(vendor, { ...(CASES[name] ?? router)(), password: undefined });
    expect(text).not.toContain('password');
    expect(text).not.toContain('authentication-key');
  });

  it.each(VENDORS)('writes for %s what cannot end a line or a comment, whatever a node is called', (vendor) => {
    const neighbours = router().neighbours.map((each) => ({ ...each, node: 'n\n!}"; x' }));
    const text = routerConfiguration(vendor, { ...router(), neighbours });
    expect(text).toContain('n______x');
  });

  it.each(VENDORS)('writes the password for %s where it is asked for', (vendor) => {
    const text = routerConfiguration(vendor, { ...router(), password: { text: 'hush-4711', isPlaceholder: false } });
    expect(text).toContain('hush-4711');
    expect(text).not.toContain('Put the password');
  });
});

describe.each<[Vendor, Grammar]>([
  ['eos', EOS],
  ['ios-xe', IOS_XE],
  ['junos', JUNOS],
])('what is written for %s', (vendor, grammar) => {
  it.each(Object.keys(CASES))('keeps to the documented grammar in the case %s', (name) => {
    expect(ungrammatical(grammar, written(name, vendor))).toEqual([]);
  });

  it('is looked at line by line', () => {
    const [first = '', ...rest] = written('plain', vendor)
      .split('\n')
      .filter((line) => !/^ *[!#]/.test(line));
    expect(ungrammatical(grammar, [`${first} nonsense`, ...rest].join('\n'))).toHaveLength(1);
    expect(ungrammatical(grammar, ['neighbor 192.0.2.11 activate', first, ...rest].join('\n'))).toHaveLength(1);
  });

  it('names lists, maps and groups that it defines', () => {
    const text = routerConfiguration(vendor, router({ pools: [pool('public', ['192.0.2.0/24'])] }));
    const used = [...text.matchAll(/(?:prefix-list|community|route-map|peer[- ]group|import|export) (BERTH-\S+)/g)];
    for (const [, name = ''] of used) {
      const defined = text
        .split('\n')
        .some((line) => new RegExp(`^ *(ip|ipv6|route-map|set policy-options|neighbor).* ?${name}\\b`).test(line));
      expect([name, defined]).toEqual([name, true]);
    }
    expect(used.length).toBeGreaterThan(3);
  });
});
