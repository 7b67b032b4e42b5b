import { describe, expect, it } from 'vitest';
import { Concerns } from '../../../src/controller/ingress/concerns.ts';

describe('Concerns', () => {
  it('knows which Ingresses depend on what, as they last did', () => {
    const concerns = new Concerns();
    concerns.set('default/one', ['a', 'b']);
    concerns.set('default/two', ['b']);
    concerns.set('default/three', ['c']);
    expect([...concerns.of(['a', 'b'])].sort()).toEqual(['default/one', 'default/two']);
    expect([concerns.has('b'), concerns.has('d')]).toEqual([true, false]);
    concerns.set('default/one', ['c']);
    expect([...concerns.of(['a', 'b'])]).toEqual(['default/two']);
    concerns.set('default/two', []);
    expect(concerns.has('b')).toBe(false);
    expect([...concerns.of(['c'])].sort()).toEqual(['default/one', 'default/three']);
    concerns.clear();
    expect([...concerns.of(['c'])]).toEqual([]);
  });
});
