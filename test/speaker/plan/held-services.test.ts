import { describe, expect, it } from 'vitest';
import { HeldServices } from '../../../src/speaker/plan/held-services.ts';
import { poolLookup } from '../../../src/speaker/plan/pools.ts';
import { pool, service } from '../objects.ts';

const ALLOCATED = { status: { conditions: [{ type: 'berth.dev/Allocated', status: 'True' }] } };
const ingress = (ip: string) => ({ loadBalancer: { ingress: [{ ip }] } });

describe('HeldServices', () => {
  const poolOf = poolLookup([pool('public', ['192.0.2.0/24'])]);
  const noPools = poolLookup([]);
  const names = (held: HeldServices, services: readonly ReturnType<typeof service>[], lookup = poolOf) =>
    held.select(services, lookup).flatMap(({ service, addresses }) => {
      return addresses.map(({ address, pool }) => `${service.metadata.name} ${address} ${pool?.name}`);
    });

  it.each([
    ['of ours', service('web', ['192.0.2.1']), ['web 192.0.2.1 public']],
    ['of another type', service('web', ['192.0.2.1'], { spec: { type: 'ClusterIP' } }), []],
    ['of another class', service('web', ['192.0.2.1'], { spec: { loadBalancerClass: 'x/y' } }), []],
    ['with an address of nobody we know', service('web', ['203.0.113.1']), []],
    [
      'with an address that we said we gave',
      service('web', [], { status: { ...ALLOCATED.status, ...ingress('203.0.113.1') } }),
      ['web 203.0.113.1 undefined'],
    ],
    ['without an address', service('web', []), []],
  ])('takes a Service %s', (_name, candidate, expected) => {
    expect(names(new HeldServices(undefined), [candidate])).toEqual(expected);
  });

  it('takes the Services of the class it was given, and no others', () => {
    const ours = service('ours', ['192.0.2.1'], { spec: { loadBalancerClass: 'x/y' } });
    expect(names(new HeldServices('x/y'), [ours, service('plain', ['192.0.2.2'])])).toEqual(['ours 192.0.2.1 public']);
  });

  it('remembers the pool of an address for as long as a Service holds it', () => {
    const held = new HeldServices(undefined);
    names(held, [service('web', ['192.0.2.1'])]);
    expect(names(held, [service('web', ['192.0.2.1'])], noPools)).toEqual(['web 192.0.2.1 public']);
    names(held, [], noPools);
    expect(names(held, [service('web', ['192.0.2.1'])], noPools)).toEqual([]);
  });
});
