import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/allocator/verdict.ts';
import type { Service } from '../../src/api/kubernetes/service.ts';
import { farewellPatch, statusPatch } from '../../src/controller/service-status.ts';
import { parseAddress } from '../../src/ip/address.ts';

const NOW = '2026-01-02T03:04:05Z';
const EARLIER = '2026-01-01T00:00:00Z';

function service(status: Service['status'], spec: Service['spec'] = { type: 'LoadBalancer' }): Service {
  return { apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'default', name: 'web' }, spec, status };
}

function verdict(...addresses: string[]): Verdict {
  return {
    service: 'default/web',
    addresses: addresses.map(parseAddress),
    pool: 'public',
    allocated: addresses.length > 0,
    reason: addresses.length > 0 ? 'Allocated' : 'PoolExhausted',
    message: 'because',
    passedOver: [],
  };
}

function allocated(lastTransitionTime: string, status: 'True' | 'False' = 'True') {
  const reason = status === 'True' ? 'Allocated' : 'PoolExhausted';
  return { type: 'berth.dev/Allocated', status, reason, message: 'because', lastTransitionTime } as const;
}

describe('statusPatch', () => {
  it('publishes the addresses and the condition', () => {
    expect(statusPatch(service(undefined), verdict('192.0.2.1', '2001:db8::1'), undefined, NOW)).toEqual({
      loadBalancer: {
        ingress: [
          { ip: '192.0.2.1', ipMode: 'VIP' },
          { ip: '2001:db8::1', ipMode: 'VIP' },
        ],
      },
      conditions: [allocated(NOW)],
    });
  });

  it('has nothing to change when the status says so already', () => {
    const status = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] }, conditions: [allocated(EARLIER)] };
    expect(statusPatch(service(status), verdict('192.0.2.1'), undefined, NOW)).toBeNull();
  });

  it('leaves the list alone when only the condition differs', () => {
    const status = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] }, conditions: [allocated(EARLIER, 'False')] };
    expect(statusPatch(service(status), verdict('192.0.2.1'), undefined, NOW)).toEqual({
      conditions: [allocated(NOW)],
    });
  });

  it('keeps ipMode and ports of an address that stays', () => {
    const kept = { ip: '192.0.2.1', ipMode: 'Proxy' as const, ports: [{ port: 80, protocol: 'TCP' as const }] };
    const status = { loadBalancer: { ingress: [kept] }, conditions: [allocated(EARLIER)] };
    expect(statusPatch(service(status), verdict('192.0.2.1', '2001:db8::1'), undefined, NOW)).toEqual({
      loadBalancer: { ingress: [kept, { ip: '2001:db8::1', ipMode: 'VIP' }] },
      conditions: [allocated(EARLIER)],
    });
  });

  it('leaves what was told of a lost address for as long as the rest of the message stands', () => {
    const told = { ...allocated(EARLIER), message: 'because; gave up 192.0.2.5, which default/a held before it' };
    const status = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] }, conditions: [told] };
    expect(statusPatch(service(status), verdict('192.0.2.1'), undefined, NOW)).toBeNull();
    const otherwise = { ...verdict('192.0.2.1'), message: 'otherwise' };
    expect(statusPatch(service(status), otherwise, undefined, NOW)?.conditions?.[0]?.message).toBe('otherwise');
  });

  it('keeps the conditions of other writers', () => {
    const foreign = { type: 'example.com/Checked', status: 'True' as const };
    const patch = statusPatch(service({ conditions: [foreign] }), verdict('192.0.2.1'), undefined, NOW);
    expect(patch?.conditions).toEqual([foreign, allocated(NOW)]);
  });

  it('puts back an address that somebody else has cleared', () => {
    const patch = statusPatch(service({ conditions: [allocated(EARLIER)] }), verdict('192.0.2.1'), undefined, NOW);
    expect(patch?.loadBalancer).toEqual({ ingress: [{ ip: '192.0.2.1', ipMode: 'VIP' }] });
  });

  it('takes away an address that is held no more', () => {
    const status = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] }, conditions: [allocated(EARLIER)] };
    expect(statusPatch(service(status), verdict(), undefined, NOW)).toEqual({
      loadBalancer: { ingress: [] },
      conditions: [allocated(NOW, 'False')],
    });
  });
});

describe('farewellPatch', () => {
  it('takes our conditions away once, and the addresses where the type is no LoadBalancer', () => {
    const status = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] }, conditions: [allocated(EARLIER)] };
    const left = service(status, { type: 'ClusterIP' });
    expect(farewellPatch(left)).toEqual({ conditions: [], loadBalancer: { ingress: [] } });
  });

  it('leaves the addresses to the implementation of another class', () => {
    const status = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] }, conditions: [allocated(EARLIER)] };
    const left = service(status, { type: 'LoadBalancer', loadBalancerClass: 'example.com/other' });
    expect(farewellPatch(left)).toEqual({ conditions: [] });
  });

  it('takes from a Service of another class the addresses that it had of us, and no others', () => {
    const entries = ['192.0.2.1', '192.0.2.9'].map((ip) => ({ ip }));
    const status = { loadBalancer: { ingress: [...entries, { hostname: 'x' }] }, conditions: [allocated(EARLIER)] };
    const left = service(status, { type: 'LoadBalancer', loadBalancerClass: 'example.com/other' });
    expect(farewellPatch(left, [parseAddress('192.0.2.1')])).toEqual({
      conditions: [],
      loadBalancer: { ingress: [{ ip: '192.0.2.9' }, { hostname: 'x' }] },
    });
    const again = service({ ...status, conditions: [] }, { type: 'LoadBalancer', loadBalancerClass: 'x' });
    expect(farewellPatch(again, [parseAddress('192.0.2.1')])).toBeNull();
  });

  it('never touches a Service that carries nothing of ours', () => {
    expect(farewellPatch(service({ loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } }))).toBeNull();
  });
});
