import { expect, it } from 'vitest';
import { pool, service } from './builders.ts';
import { Scene } from './scene.ts';

it('where only named addresses are given, one that names none is told what to do', () => {
  const scene = new Scene([pool('public', '192.0.2.0/24')], { namedOnly: true }).put(service('web'));
  expect(scene.verdict('web').message).toContain('berth.dev/loadBalancerIPs');
});
