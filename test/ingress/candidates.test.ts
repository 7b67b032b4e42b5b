import { describe, expect, it } from 'vitest';
import type { Service } from '../../src/api/kubernetes/service.ts';
import { Candidates } from '../../src/ingress/candidates.ts';

const NAME = 'app.kubernetes.io/name';

function service(name: string, app: string, type: 'LoadBalancer' | 'ClusterIP' = 'LoadBalancer'): Service {
  const metadata = { namespace: 'default', name, labels: { [NAME]: app } };
  return { apiVersion: 'v1', kind: 'Service', metadata, spec: { type } };
}

describe('Candidates', () => {
  it('finds Services by their controller, as they last were', () => {
    const candidates = new Candidates();
    const names = (controller: string) => candidates.of(controller).map(({ metadata }) => metadata.name);
    const TRAEFIK = 'traefik.io/ingress-controller';
    const HAPROXY = 'haproxy-ingress.github.io/controller';
    expect(candidates.put(service('one', 'traefik'))).toEqual([TRAEFIK]);
    expect(candidates.put(service('two', 'haproxy-ingress'))).toEqual([HAPROXY]);
    expect(candidates.put(service('web', 'web'))).toEqual([]);
    expect([names(TRAEFIK), names(HAPROXY)]).toEqual([['one'], ['two']]);
    const list = candidates.of(TRAEFIK);
    expect(candidates.of(TRAEFIK)).toBe(list);
    expect(candidates.put(service('two', 'traefik'))).toEqual([HAPROXY, TRAEFIK]);
    expect([names(TRAEFIK), names(HAPROXY)]).toEqual([['one', 'two'], []]);
    expect(candidates.put(service('one', 'traefik', 'ClusterIP'))).toEqual([TRAEFIK]);
    expect(candidates.remove('default/two')).toEqual([TRAEFIK]);
    expect(names(TRAEFIK)).toEqual([]);
    expect(candidates.remove('default/two')).toEqual([]);
  });
});
