import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../src/ip/address.ts';
import { HeldServices } from '../../src/speaker/held-services.ts';
import { poolLookup } from '../../src/speaker/pools.ts';
import { pool, service } from './objects.ts';

const ALLOCATED = { status: { conditions: [{ type: 'berth.dev/Allocated', status: 'True' }] } };
const ingress = (ip: string) => ({ loadBalancer: { ingress: [{ ip }] } });

describe('poolLookup', () => {
  const ready = (status: 'True' | 'False') => ({
    status: {
      conditions: [{ type: 'Ready', status, reason: 'R', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' }],
    },
  });

  it.each([
    ['192.0.2.10', 'a'],
    ['192.0.2.19', 'a'],
    ['192.0.2.20', undefined],
    ['198.51.100.7', 'b'],
    ['2001:db8::5', 'b'],
  ])('finds the pool of %s: %s', (address, name) => {
    const poolOf = poolLookup([pool('b', ['198.51.100.0/24', '2001:db8::/64']), pool('a', ['192.0.2.10-192.0.2.19'])]);
    expect(poolOf(parseAddress(address))?.name).toBe(name);
  });

  it('prefers the pool that is not at fault where two overlap', () => {
    const poolOf = poolLookup([
      pool('a', ['192.0.2.0/24'], ready('False')),
      pool('b', ['192.0.2.0/24'], ready('True')),
    ]);
    expect(poolOf(parseAddress('192.0.2.1'))?.name).toBe('b');
  });

  it('finds the pool that retains an address', () => {
    const retained = { status: { retained: [{ address: '203.0.113.1', service: 'default/web' }] } };
    expect(poolLookup([pool('a', ['192.0.2.0/24'], retained)])(parseAddress('203.0.113.1'))?.name).toBe('a');
  });

  it('reads on after an entry that runs backwards', () => {
    const poolOf = poolLookup([pool('a', ['2001:db8::9-2001:db8::1', '192.0.2.0/24'])]);
    expect(poolOf(parseAddress('192.0.2.1'))?.name).toBe('a');
  });
});

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
