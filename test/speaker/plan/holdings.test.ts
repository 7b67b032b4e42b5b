import { describe, expect, it } from 'vitest';
import { Holdings } from '../../../src/speaker/plan/holdings.ts';
import { service } from '../objects.ts';

const [A, B, C] = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
const holding = (name: string, ...addresses: readonly string[]) => {
  return { service: service(name, addresses), addresses: addresses.map((address) => ({ address })) };
};
const told = (holdings: Holdings, ...addresses: readonly string[]) =>
  holdings.sharing(new Set(addresses)).map(({ service: { metadata }, addresses: held }) => {
    return `${metadata.name} ${held.map(({ address }) => address)}`;
  });

describe('Holdings', () => {
  it('name all that share an address, with no other address of theirs', () => {
    const holdings = new Holdings([holding('web', A, B), holding('api', A), holding('db', C)]);
    expect(told(holdings, A)).toEqual([`web ${A}`, `api ${A}`]);
    expect(told(holdings, A, B)).toEqual([`web ${A},${B}`, `api ${A}`]);
  });

  it('say which addresses a change of a Service touches', () => {
    const holdings = new Holdings([holding('web', A, B), holding('api', A)]);
    expect(holdings.replace('default/web', holding('web', B, C))).toEqual(new Set([A, B, C]));
    expect([told(holdings, A), told(holdings, C)]).toEqual([[`api ${A}`], [`web ${C}`]]);
    expect(holdings.replace('default/web', undefined)).toEqual(new Set([B, C]));
    expect([A, B].map((address) => holdings.isHeld(address))).toEqual([true, false]);
    expect(holdings.replace('default/web', undefined)).toEqual(new Set());
  });
});
