import { Registry } from 'prom-client';
import { describe, expect, it, vi } from 'vitest';
import { CONTROLLER, type Daemon, SPEAKER } from '../../../src/api/access.ts';
import { groupOf, type Kind } from '../../../src/api/kind.ts';
import type { KubernetesObject } from '../../../src/api/object.ts';
import { startController } from '../../../src/controller/controller.ts';
import { silentLogger } from '../../../src/log/silent.ts';
import { startSpeaker } from '../../../src/speaker/node-speaker.ts';
import type { Leadership } from '../../../src/store/leadership.ts';
import { type Store, StoreError, type WatchHandler } from '../../../src/store/store.ts';

/** An empty store that remembers which resources were watched. */
function recordingStore(): { readonly store: Store; readonly watched: ReadonlySet<string> } {
  const watched = new Set<string>();
  const refuse = () => Promise.reject(new StoreError('Unavailable', 'this store takes nothing'));
  const store: Store = {
    watch<T extends KubernetesObject>(kind: Kind<T>, { onSynced }: WatchHandler<T>) {
      watched.add(`${groupOf(kind)}/${kind.plural}`);
      queueMicrotask(() => onSynced?.());
      return { stop() {} };
    },
    catchUp: async () => {},
    get: async () => undefined,
    list: async () => [],
    create: refuse,
    update: refuse,
    patchStatus: refuse,
    applyStatus: refuse,
    setFinalizers: refuse,
    delete: refuse,
    close: async () => {},
  };
  return { store, watched };
}

const leadership: Leadership = {
  held: () => false,
  holder: () => undefined,
  onChange: () => () => {},
  start() {},
  stop: async () => {},
};

const START: Readonly<Record<string, (store: Store) => Promise<{ stop(reason: 'Leave'): Promise<void> }>>> = {
  [CONTROLLER.name]: async (store) =>
    startController({ store, leadership, logger: silentLogger, registry: new Registry() }),
  [SPEAKER.name]: (store) =>
    startSpeaker({
      store,
      nodeName: 'n1',
      logger: silentLogger,
      registry: new Registry(),
      loopback: false,
      interfaces: async () => ({ current: () => [], stop() {} }),
      startWire: ({ onEnd }) => ({ post: ({ type }) => type === 'stop' && onEnd(''), terminate() {} }),
    }),
};

/** What the table lets a daemon watch. */
const watchable = ({ access }: Daemon): readonly string[] =>
  access.filter(({ verbs }) => verbs.includes('watch')).map(({ group, resource }) => `${group}/${resource}`);

describe.each([CONTROLLER, SPEAKER])('$name', (daemon) => {
  it('watches what its rights are for, and nothing else', async () => {
    const { store, watched } = recordingStore();
    const running = await START[daemon.name]?.(store);
    await vi.waitFor(() => expect([...watched].sort()).toEqual([...watchable(daemon)].sort()));
    await running?.stop('Leave');
  });
});
