import { expect, vi } from 'vitest';
import { type Service, ServiceKind } from '../../../src/api/kubernetes/service.ts';
import { type KubernetesObject, keyOf, keyText, type ObjectKey } from '../../../src/api/object.ts';
import type { SpeakerStatus } from '../../../src/api/speaker-status.ts';
import {
  type Store,
  StoreError,
  type StoreErrorCode,
  type WatchEvent,
  type WatchHandler,
} from '../../../src/store/store.ts';

/** A source of objects as the suite needs it: what people do to it, and clients that look at it. */
export interface StoreHarness {
  readonly store: Store;
  /** A person adds or edits an object. Resolves when that is done at the source. */
  userPuts(object: KubernetesObject): Promise<void>;
  /** A person removes an object. */
  userRemoves(object: KubernetesObject): Promise<void>;
  /** A further client of the same source, as another process has it. The harness closes it. */
  openSecond(): Promise<Store>;
  close(): Promise<void>;
}

/** Gathers what a watch delivers, as lines such as `ADDED default/web`. */
export class WatchLog<T extends KubernetesObject> implements WatchHandler<T> {
  readonly events: WatchEvent<T>[] = [];
  readonly lines: string[] = [];

  onEvent(event: WatchEvent<T>): void {
    this.events.push(event);
    this.lines.push(`${event.type} ${keyText(keyOf(event.object))}`);
  }

  onSynced(): void {
    this.lines.push('synced');
  }
}

/** A Service as people write it; the label makes one edit differ from another. */
export function service(name: string, edit = 'none', namespace = 'default'): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels: { edit } },
    spec: { type: 'LoadBalancer', ports: [{ port: 80, protocol: 'TCP' }] },
  };
}

/** What a speaker writes of its node. */
export function speaker(name: string, mac = '02:00:00:00:00:01'): SpeakerStatus {
  const up = { up: true, addresses: ['192.0.2.11/24'], gateways: [] };
  return {
    apiVersion: 'berth.dev/v1beta1',
    kind: 'SpeakerStatus',
    metadata: { name },
    status: { interfaces: [{ name: 'eth0', mac, ...up }] },
  };
}

/** The key of `service('web')`. */
export const WEB: ObjectKey = { namespace: 'default', name: 'web' };
/** How long anything may take to show. */
export const WAIT = { timeout: 8_000, interval: 5 };

/** The code of the StoreError that a call rejects with. */
export async function rejection(call: Promise<unknown>): Promise<StoreErrorCode> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StoreError);
  return (error as StoreError).code;
}

/** Puts a Service at the source and waits until the store has it. */
export async function put(harness: StoreHarness, object: Service): Promise<Service> {
  await harness.userPuts(object);
  return vi.waitFor(async () => {
    const found = await harness.store.get(ServiceKind, keyOf(object));
    expect(found?.metadata.labels?.edit).toBe(object.metadata.labels?.edit);
    return found as Service;
  }, WAIT);
}
