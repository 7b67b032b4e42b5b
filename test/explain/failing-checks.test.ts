import { expect, it } from 'vitest';
import type { KubernetesObject } from '../../src/api/object.ts';
import { explainAddress } from '../../src/explain/address.ts';
import { parseAddress } from '../../src/ip/address.ts';
import { pool, service } from '../allocator/builders.ts';
import { eth0, node, speaker } from '../announcement/objects.ts';
import { situation } from './situations.ts';

const ADDRESS = '192.0.2.7';
const CHECK = 'tcp://127.0.0.1:6443';
const held = service('api', { holds: [ADDRESS] });
const checked = { ...held, metadata: { ...held.metadata, annotations: { 'berth.dev/health-check': CHECK } } };

/** A speaker that reports what it withholds for want of an endpoint. */
function withholding(name: string, examples: readonly string[], owns: readonly string[] = []) {
  const told = speaker(name, [eth0()], owns);
  const withheld = [{ reason: 'NoLocalEndpoint', count: examples.length, examples }];
  return { ...told, status: { ...told.status, withheld } };
}

function announced(...objects: Parameters<typeof situation>[0]) {
  const all = [pool('public', '192.0.2.0/24'), ...objects];
  return explainAddress(parseAddress(ADDRESS), situation(all)).address?.announcements[0];
}

it('a node whose speaker says that its health check fails is not called the owner', () => {
  const copies = [node('n1'), node('n2'), withholding('n1', [`${ADDRESS} default/api`])];
  const found = announced(checked, ...copies);
  expect(found).toMatchObject({ owner: null, reason: 'NoEligibleNode' });
  expect(found?.nodes.find((each) => each.node === 'n1')).toMatchObject({
    reason: 'NoLocalEndpoint',
    message: `the health check of Service default/api fails on node n1, as its speaker reports (${CHECK}): see what serves there`,
  });
});

it('another node with a speaker is, which serves it', () => {
  expect(announced(checked, withholding('n1', [`${ADDRESS} default/api`]), speaker('n2'))?.owner).toBe('n2');
});

it('a node that keeps it though its check fails, as no node does for it, is', () => {
  const own = withholding('n1', [`${ADDRESS} default/api`]);
  const l2 = [{ address: ADDRESS, service: 'default/api', interface: 'eth0', role: 'Owner' }];
  const holder: KubernetesObject = Object.assign(own, { status: { ...own.status, l2 } });
  expect(announced(checked, holder)?.owner).toBe('n1');
});

it.each([
  ['a Service without a check', held, [`${ADDRESS} default/api`]],
  ['another Service', checked, [`${ADDRESS} default/apis`, `${ADDRESS} other/default`]],
])('what a speaker withholds of %s says nothing of one', (_, object, examples) => {
  expect(announced(object, withholding('n1', examples))?.owner).toBe('n1');
});
