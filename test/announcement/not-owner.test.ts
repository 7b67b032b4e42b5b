import { describe, expect, it } from 'vitest';
import { whyNot } from '../../src/announcement/not-owner.ts';
import { planAnnouncements } from '../../src/announcement/plan.ts';
import { input, node } from './objects.ts';

describe('whyNot', () => {
  it.each([
    ['n3', undefined],
    ['n2', 'NotOwner'],
    ['n1', 'NotOwner'],
    ['n4', 'InterfacesUnknown'],
    ['n9', undefined],
  ])('of %s is %s', (name, reason) => {
    const [plan] = planAnnouncements(input({ nodes: [node('n4')] }));
    expect(plan && whyNot(plan, name)?.reason).toBe(reason);
  });

  it('names the owner and the place in line', () => {
    const [plan] = planAnnouncements(input());
    expect(plan && whyNot(plan, 'n1')?.detail).toBe(
      'node n3 announces the address; node n1 is number 3 in line for it',
    );
  });
});
