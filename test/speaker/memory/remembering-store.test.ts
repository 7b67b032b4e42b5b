import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EndpointSliceKind } from '../../../src/api/kubernetes/endpoint-slice.ts';
import { NodeKind } from '../../../src/api/kubernetes/node.ts';
import { SecretKind } from '../../../src/api/kubernetes/secret.ts';
import { ServiceKind } from '../../../src/api/kubernetes/service.ts';
import type { KubernetesObject } from '../../../src/api/object.ts';
import type { Logger } from '../../../src/log/logger.ts';
import { ObjectsFile } from '../../../src/speaker/memory/objects-file.ts';
import { RememberingStore, STORE_PATIENCE } from '../../../src/speaker/memory/remembering-store.ts';
import type { WatchEvent, WatchHandler } from '../../../src/store/store.ts';
import { ManualClock } from '../manual-clock.ts';
import { node, service } from '../objects.ts';

const silent: Logger = { error() {}, warn() {}, info() {}, debug() {}, with: () => silent };

let folder: string;
let clock: ManualClock;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'remembering-'));
  clock = new ManualClock();
});

afterEach(() => rmSync(folder, { recursive: true }));

/** One life, with a store that tells everything by hand. */
function live() {
  const handlers = new Map<string, WatchHandler<KubernetesObject>>();
  const stopped: string[] = [];
  let standIns = 0;
  const store = new RememberingStore({
    store: {
      watch: (kind, handler) => {
        handlers.set(kind.kind, handler as unknown as WatchHandler<KubernetesObject>);
        return { stop: () => void stopped.push(kind.kind) };
      },
    },
    file: new ObjectsFile(folder, 'n1', silent),
    clock,
    onStandIn: () => {
      standIns += 1;
    },
  });
  const heard: string[] = [];
  const watch = (kind: typeof NodeKind | typeof ServiceKind | typeof SecretKind | typeof EndpointSliceKind) =>
    store.watch<KubernetesObject>(kind, {
      onEvent: ({ type, object }) => void heard.push(`${type} ${object.metadata.name}`),
      onSynced: () => void heard.push('SYNCED'),
    });
  const tell = (type: WatchEvent<unknown>['type'], object: KubernetesObject) =>
    handlers.get(object.kind)?.onEvent({ type, object });
  const sync = (kind: string) => handlers.get(kind)?.onSynced?.();
  const news = () => heard.splice(0);
  return { store, watch, tell, sync, news, stopped, standIns: () => standIns };
}

async function firstLife(...objects: readonly KubernetesObject[]): Promise<void> {
  const life = live();
  for (const kind of [NodeKind, ServiceKind, EndpointSliceKind, SecretKind]) life.watch(kind);
  for (const object of objects) life.tell('ADDED', object);
  for (const { kind } of [NodeKind, ServiceKind, EndpointSliceKind, SecretKind]) life.sync(kind);
  await life.store.stop();
}

describe('RememberingStore', () => {
  it('passes on what the store tells, in time or out of it, where there is nothing to remember', () => {
    const life = live();
    life.watch(NodeKind);
    clock.advance(STORE_PATIENCE + 1);
    expect(life.news()).toEqual([]);
    life.tell('ADDED', node('n1'));
    life.sync('Node');
    life.tell('MODIFIED', node('n1'));
    expect(life.news()).toEqual(['ADDED n1', 'SYNCED', 'MODIFIED n1']);
    expect(life.standIns()).toBe(0);
  });

  it('stands in for a store that does not tell in time, and says when', async () => {
    await firstLife(node('n1'), node('n2'));
    const life = live();
    life.watch(NodeKind);
    clock.advance(STORE_PATIENCE - 1);
    expect([life.news(), life.standIns()]).toEqual([[], 0]);
    clock.advance(1);
    expect(life.news()).toEqual(['ADDED n1', 'ADDED n2', 'SYNCED']);
    expect(life.standIns()).toBe(1);
  });

  it('does not, where the store tells in time', async () => {
    await firstLife(node('n1'));
    const life = live();
    life.watch(NodeKind);
    life.sync('Node');
    clock.advance(STORE_PATIENCE * 2);
    expect([life.news(), life.standIns()]).toEqual([['SYNCED'], 0]);
  });

  it('sets right what it told when the store is back', async () => {
    await firstLife(node('n1'), node('n2'), node('n3'));
    const life = live();
    life.watch(NodeKind);
    life.tell('ADDED', node('n2'));
    clock.advance(STORE_PATIENCE);
    life.news();
    life.tell('ADDED', node('n1'));
    life.tell('ADDED', node('n4'));
    expect(life.news()).toEqual(['MODIFIED n1', 'ADDED n4']);
    life.sync('Node');
    expect(life.news()).toEqual(['DELETED n3']);
    life.tell('DELETED', node('n1'));
    expect(life.news()).toEqual(['DELETED n1']);
  });

  it('writes nothing because of what is not written down, such as the times of heartbeats', async () => {
    const beating = (status: 'True' | 'False', lastHeartbeatTime: string) => {
      return { ...node('n1'), status: { conditions: [{ type: 'Ready', status, lastHeartbeatTime }] } };
    };
    const life = live();
    life.watch(NodeKind);
    life.tell('ADDED', beating('True', '2026-01-01T00:00:00Z'));
    life.sync('Node');
    clock.advance(10_000);
    life.tell('MODIFIED', beating('True', '2026-01-01T00:05:00Z'));
    expect(clock.pending).toBe(0);
    life.tell('MODIFIED', beating('False', '2026-01-01T00:10:00Z'));
    expect(clock.pending).toBe(1);
    await life.store.stop();
  });

  it('remembers no Secret, and of endpoints those of Services that it knows', async () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'tor' }, data: { password: 'eA==' } };
    const slice = (of: string) => ({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: `${of}-1`, namespace: 'default', labels: { 'kubernetes.io/service-name': of } },
    });
    await firstLife(secret, service('web', []), slice('web'), slice('internal'));
    const life = live();
    for (const kind of [SecretKind, ServiceKind, EndpointSliceKind]) life.watch(kind);
    clock.advance(STORE_PATIENCE);
    expect(life.news()).toEqual(['ADDED web', 'SYNCED', 'ADDED web-1', 'SYNCED']);
  });

  it('does not forget in a life without a store what it remembered', async () => {
    await firstLife(node('n1'), service('web', []));
    const second = live();
    second.watch(NodeKind);
    second.watch(ServiceKind);
    clock.advance(STORE_PATIENCE - 1);
    second.sync('Service');
    await second.store.stop();
    const third = live();
    third.watch(NodeKind);
    third.watch(ServiceKind);
    clock.advance(STORE_PATIENCE);
    expect(third.news()).toEqual(['ADDED n1', 'SYNCED', 'SYNCED']);
  });

  it('tells nothing once a watch is stopped', async () => {
    await firstLife(node('n1'));
    const life = live();
    life.watch(NodeKind).stop();
    clock.advance(STORE_PATIENCE);
    expect([life.news(), life.stopped]).toEqual([[], ['Node']]);
  });

  it('tells of every object in turn that it is there, changes and goes, and ends with those of the store', async () => {
    const names = ['a', 'b', 'c'];
    const step = fc.record({ name: fc.constantFrom(...names), remove: fc.boolean() });
    const given = fc.tuple(fc.subarray(names), fc.array(step), fc.array(step), fc.boolean());
    await fc.assert(
      fc.asyncProperty(given, async ([remembered, before, after, isLate]) => {
        await firstLife(...remembered.map(node));
        const life = live();
        life.watch(NodeKind);
        const real = new Set<string>();
        const known = new Set<string>();
        const listen = () => {
          for (const line of life.news()) {
            const [type, name = ''] = line.split(' ');
            if (type === 'SYNCED') continue;
            expect(known.has(name)).toBe(type !== 'ADDED');
            if (type === 'DELETED') known.delete(name);
            else known.add(name);
          }
        };
        const play = (steps: readonly { name: string; remove: boolean }[]) => {
          for (const { name, remove } of steps) {
            if (remove && real.delete(name)) life.tell('DELETED', node(name));
            else if (!remove) life.tell(real.has(name) ? 'MODIFIED' : 'ADDED', node(name));
            if (!remove) real.add(name);
            listen();
          }
        };
        play(before);
        if (isLate) clock.advance(STORE_PATIENCE);
        play(after);
        life.sync('Node');
        listen();
        expect(known).toEqual(real);
        await life.store.stop();
      }),
      { numRuns: 100 },
    );
  });
});
