import { describe, expect, it } from 'vitest';
import { Endpoints, noLocalEndpoint } from '../../src/announcement/endpoints.ts';
import { service, slice } from './objects.ts';

const local = service('web', { externalTrafficPolicy: 'Local' });

function on(nodeName: string | undefined, conditions?: object) {
  return { addresses: ['10.0.0.1'], nodeName, conditions };
}

describe('Endpoints', () => {
  it.each<[string, object | undefined, string | undefined]>([
    ['no conditions', undefined, 'Ready'],
    ['ready', { ready: true }, 'Ready'],
    ['ready and terminating (publishNotReadyAddresses)', { ready: true, terminating: true }, 'Ready'],
    ['serving but terminating', { ready: false, serving: true, terminating: true }, 'Terminating'],
    ['not ready', { ready: false }, undefined],
    ['not serving', { ready: false, serving: false, terminating: true }, undefined],
  ])('an endpoint with %s is %s', (_, conditions, state) => {
    const slices = [slice('web', 'IPv4', [on('n1', conditions), on('n2')])];
    expect(new Endpoints(slices).needed(local, 'IPv4')?.byNode.get('n1')).toBe(state);
  });

  it('knows the slices that a Service has now', () => {
    const endpoints = new Endpoints([slice('web', 'IPv4', [on('n1')]), slice('api', 'IPv4', [on('n1')])]);
    const nodes = () => [...(endpoints.needed(local, 'IPv4')?.byNode.keys() ?? [])];
    expect(nodes()).toEqual(['n1']);
    endpoints.replace('default/web', [slice('web', 'IPv4', [on('n2')])]);
    expect(nodes()).toEqual(['n2']);
    endpoints.replace('default/web', []);
    expect([endpoints.needed(local, 'IPv4'), endpoints.knows(local)]).toEqual([undefined, false]);
  });

  it.each([[[{ ready: true }, { ready: false, serving: true }]], [[{ ready: false, serving: true }, { ready: true }]]])(
    'of several endpoints on a node the best counts: %j',
    (conditions) => {
      const slices = [slice('web', 'IPv4', [...conditions.map((each) => on('n1', each))])];
      expect(new Endpoints(slices).needed(local, 'IPv4')?.byNode.get('n1')).toBe('Ready');
    },
  );

  it.each([
    ['the policy is Cluster', service('web'), [slice('web', 'IPv4', [on('n1')])]],
    ['no slice is known', local, []],
    ['the slices are of another Service', local, [slice('api', 'IPv4', [on('n1')])]],
    ['no endpoint serves anywhere', local, [slice('web', 'IPv4', [on('n1', { ready: false })])]],
    ['all endpoints are of the other family', local, [slice('web', 'IPv6', [on('n1')])]],
  ])('does not matter where %s', (_, of, slices) => {
    expect(new Endpoints(slices).needed(of, 'IPv4')).toBeUndefined();
  });

  it('tells where endpoints are, or that they say no node', () => {
    const detail = (...endpoints: object[]) => {
      const needed = new Endpoints([slice('web', 'IPv4', endpoints)]).needed(local, 'IPv4');
      return needed && noLocalEndpoint(needed).detail;
    };
    expect(detail(on('n2'), on('n1'))).toContain('its serving endpoints are on n1, n2');
    expect(detail(on(undefined))).toContain('its serving endpoints say no nodeName');
    expect(detail(...['a', 'b', 'c', 'd', 'e'].map((name) => on(name)))).toContain('a, b, c and 2 more nodes');
  });
});
