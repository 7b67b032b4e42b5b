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

/** What has changed after these, where everything was known before. */
function after(...changed: readonly (readonly [KubernetesObject, KubernetesObject?])[]) {
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

  it.each<[string, Parameters<typeof after>, ReturnType<typeof after>]>([
    ['of a Service are that Service', [[service('a', []), service('a', ['192.0.2.1'])]], ['default/a']],
    [
      'of a slice are its Service',
      [[slice('a-1', 'a')], [slice('b-1', 'b'), slice('b-1', 'b')]],
      ['default/a', 'default/b'],
    ],
    ['of the Service of a slice are both', [[slice('x', 'a'), slice('x', 'b')]], ['default/a', 'default/b']],
    ['of a slice without a Service are none', [[slice('x')]], []],
    ['of anything else are everything', [[service('a', [])], [node('n1')], [service('b', [])]], 'All'],
    ['of a pool are everything', [[pool('p', ['192.0.2.0/24'])]], 'All'],
  ])('%s', (_title, changed, expected) => expect(after(...changed)).toEqual(expected));
});
