import { expect, it } from 'vitest';
import { microTime, withMicroTimes } from '../../../src/store/cluster/micro-time.ts';

it('writes six decimals', () => {
  expect(microTime(Date.parse('2026-01-31T12:00:00.5Z'))).toBe('2026-01-31T12:00:00.500000Z');
});

it.each([
  ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000000Z'],
  ['2026-01-31T12:00:00.123Z', '2026-01-31T12:00:00.123000Z'],
  ['2026-01-31T12:00:00.123456Z', '2026-01-31T12:00:00.123456Z'],
  ['2026-01-31T12:00:00.123456789+01:00', '2026-01-31T12:00:00.123456+01:00'],
])('%s becomes %s in a Lease', (renewTime, written) => {
  const names = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'l' } } as const;
  const spec = { holderIdentity: 'a', renewTime };
  expect(withMicroTimes({ ...names, spec })).toEqual({ ...names, spec: { ...spec, renewTime: written } });
  expect(withMicroTimes(names)).toEqual(names);
});
