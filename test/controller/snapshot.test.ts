import { expect, it, vi } from 'vitest';
import { Snapshot } from '../../src/controller/snapshot.ts';
import type { Store, WatchHandler } from '../../src/store/store.ts';

type Handler = WatchHandler<unknown>;

/** A snapshot of what a test tells it, and how often it has said that its surroundings changed. */
function snapshot() {
  const handlers = new Map<string, Handler>();
  const watch = ({ kind }: { kind: string }, handler: Handler) => {
    handlers.set(kind, handler);
    return { stop: () => {} };
  };
  const onSurroundings = vi.fn();
  const listener = { onService: () => {}, onPool: () => {}, onSurroundings };
  new Snapshot({ watch } as unknown as Store, listener);
  return (kind: string, object: object, type = 'MODIFIED') => {
    onSurroundings.mockClear();
    const metadata = { name: 'x', namespace: 'default' };
    handlers.get(kind)?.onEvent({ type, object: { kind, metadata, ...object } } as never);
    return onSurroundings.mock.calls.length > 0;
  };
}

const SERVICE = { spec: { clusterIPs: ['10.96.0.1'] } };
const RANGES = { spec: { cidrs: ['10.96.0.0/16'] } };

it('what a Service occupies is news once, and its status is none', () => {
  const isNews = snapshot();
  expect(isNews('Service', SERVICE, 'ADDED')).toBe(true);
  expect(isNews('Service', { ...SERVICE, status: { conditions: [] } })).toBe(false);
  expect(isNews('Service', { spec: { clusterIPs: ['10.96.0.2'] } })).toBe(true);
});

it('cluster IPs are no news where the ranges that they are of are known, before them or after', () => {
  const isNews = snapshot();
  expect(isNews('Service', SERVICE, 'ADDED')).toBe(true);
  expect(isNews('ServiceCIDR', RANGES, 'ADDED')).toBe(true);
  expect(isNews('Service', { ...SERVICE, status: { conditions: [] } })).toBe(false);
  expect(isNews('Service', SERVICE, 'DELETED')).toBe(false);
  expect(isNews('Service', SERVICE, 'ADDED')).toBe(false);
  expect(isNews('Service', { spec: { ...SERVICE.spec, externalIPs: ['192.0.2.1'] } })).toBe(true);
});

it('the spec and the labels of a pool are news, and its status is none', () => {
  const isNews = snapshot();
  const pool = { spec: { addresses: ['192.0.2.0/30'] } };
  expect(isNews('IPAddressPool', pool, 'ADDED')).toBe(true);
  expect(isNews('IPAddressPool', { ...pool, status: { conditions: [] } })).toBe(false);
  expect(isNews('IPAddressPool', { ...pool, metadata: { name: 'x', namespace: 'default', labels: { a: 'b' } } })).toBe(
    true,
  );
  expect(isNews('IPAddressPool', pool)).toBe(true);
  expect(isNews('IPAddressPool', pool, 'DELETED')).toBe(true);
});
