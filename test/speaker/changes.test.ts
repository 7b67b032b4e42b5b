import { describe, expect, it } from 'vitest';
import type { EndpointSlice } from '../../src/api/kubernetes/endpoint-slice.ts';
import type { KubernetesObject } from '../../src/api/object.ts';
import { Changes } from '../../src/speaker/changes.ts';
import { node, pool, service } from './objects.ts';

const slice = (name: string, of?: string): EndpointSlice => {
  const labels = of === undefined ? {} : { 'kubernetes.io/service-name': of };
  return {
    ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
    metadata: { namespace: 'default', name, labels },
  };
};

/** An object, and what it was before. */
type Change = readonly [object: KubernetesObject, former?: KubernetesObject];

/** What has changed after these, where everything was known before. */
function after(changed: readonly Change[]): readonly string[] | 'All' {
  const changes = new Changes();
  changes.take();
  for (const [object, former] of changed) changes.add(object, former);
  const taken = changes.take();
  return taken === 'All' ? taken : [...taken];
}

describe('Changes', () => {
  it('are everything at first, and nothing once taken', () => {
    const changes = new Changes();
    expect(changes.take()).toBe('All');
    expect(changes.take()).toEqual(new Set());
  });

  it.each<{ title: string; changed: readonly Change[]; expected: readonly string[] | 'All' }>([
    {
      title: 'of a Service are that Service',
      changed: [[service('a', []), service('a', ['192.0.2.1'])]],
      expected: ['default/a'],
    },
    {
      title: 'of a slice are its Service',
      changed: [[slice('a-1', 'a')], [slice('b-1', 'b'), slice('b-1', 'b')]],
      expected: ['default/a', 'default/b'],
    },
    {
      title: 'of the Service of a slice are both',
      changed: [[slice('x', 'a'), slice('x', 'b')]],
      expected: ['default/a', 'default/b'],
    },
    { title: 'of a slice without a Service are none', changed: [[slice('x')]], expected: [] },
    {
      title: 'of anything else are everything',
      changed: [[service('a', [])], [node('n1')], [service('b', [])]],
      expected: 'All',
    },
    { title: 'of a pool are everything', changed: [[pool('p', ['192.0.2.0/24'])]], expected: 'All' },
  ])('$title', ({ changed, expected }) => expect(after(changed)).toEqual(expected));
});
