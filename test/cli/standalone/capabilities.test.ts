import { describe, expect, it } from 'vitest';
import { missingCapabilities } from '../../../src/cli/standalone/capabilities.ts';

const status = (mask: string): string =>
  `Name:\tnode\nCapPrm:\t0000000000000000\nCapEff:\t${mask}\nCapBnd:\t000001ffffffffff\n`;

describe('missingCapabilities', () => {
  it.each([
    ['000001ffffffffff', []],
    ['0000000000003000', []],
    ['0000000000001000', ['CAP_NET_RAW (to answer ARP)']],
    ['0000000000002000', ['CAP_NET_ADMIN (to put addresses on lo)']],
    ['0000000000000000', ['CAP_NET_RAW (to answer ARP)', 'CAP_NET_ADMIN (to put addresses on lo)']],
  ])('of %s', (mask, missing) => {
    expect(missingCapabilities(status(mask))).toEqual(missing);
  });

  it('lets a system without capabilities try', () => {
    expect(missingCapabilities('Name:\tnode\n')).toEqual([]);
  });
});
