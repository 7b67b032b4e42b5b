import { Registry } from 'prom-client';
import { BERTH_NAMESPACE, CONTROLLER } from '../../../src/api/access.ts';
import { type Controller, startController } from '../../../src/controller/controller.ts';
import type { ControllerOptions } from '../../../src/controller/options.ts';
import { ClusterStore } from '../../../src/store/cluster/cluster-store.ts';
import { EventRecorder } from '../../../src/store/cluster/event-recorder.ts';
import { kubeconfigCredentials } from '../../../src/store/cluster/kubeconfig.ts';
import type { Leadership } from '../../../src/store/leadership.ts';
import { eventually as polled } from '../../lab/eventually.ts';
import { silentLogger } from '../../store/cluster/silent-logger.ts';
import { Cluster } from '../cluster.ts';

const ALWAYS: Leadership = {
  held: () => true,
  holder: () => 'test',
  onChange: () => () => {},
  start: () => {},
  stop: async () => {},
};

/** A controller that runs in this process, with its ServiceAccount's token and rights. */
export interface RunningController {
  readonly controller: Controller;
  readonly registry: Registry;
  stop(): Promise<void>;
}

/** A cluster of nothing but an API server, and controllers on it. */
export class ControllerCluster {
  readonly #running = new Set<RunningController>();

  private constructor(
    readonly cluster: Cluster,
    private readonly kubeconfig: string,
  ) {}

  static async start(): Promise<ControllerCluster> {
    const cluster = await Cluster.start({ nodes: 0, kubeProxy: false });
    await cluster.install();
    const { kubeconfig } = await cluster.serviceAccount(BERTH_NAMESPACE, CONTROLLER.name);
    return new ControllerCluster(cluster, kubeconfig);
  }

  async startController(options: Partial<ControllerOptions> = {}): Promise<RunningController> {
    const credentials = await kubeconfigCredentials({ path: this.kubeconfig });
    const logger = silentLogger;
    const store = new ClusterStore({ credentials, logger, namespace: BERTH_NAMESPACE, services: 'all' });
    const source = { component: 'berth-controller', instance: `test-${process.pid}` };
    const events = new EventRecorder({ client: store.client, source, logger });
    const registry = new Registry();
    const shared = { store, leadership: ALWAYS, logger, registry, events };
    const controller = startController({ ...shared, ...options });
    const running: RunningController = {
      controller,
      registry,
      stop: async () => {
        this.#running.delete(running);
        await controller.stop();
        events.stop();
        await store.close();
      },
    };
    this.#running.add(running);
    await controller.synced;
    return running;
  }

  /** Stops what tests have left running. */
  async stopControllers(): Promise<void> {
    for (const running of [...this.#running]) await running.stop();
  }

  /** The second line of what kubectl prints, by the columns of the first. */
  async row(resource: string, name: string, ...more: readonly string[]): Promise<Readonly<Record<string, string>>> {
    const [head = '', line = ''] = (await this.cluster.kubectl('get', resource, name, ...more)).split('\n');
    const columns = [...head.matchAll(/\S+(?: \S+)*\s*/g)];
    return Object.fromEntries(
      columns.map(({ 0: text, index }, place) => {
        const end = columns[place + 1]?.index ?? line.length;
        return [text.trim(), line.slice(index, end).trim()];
      }),
    );
  }

  dispose(): Promise<void> {
    return this.cluster.dispose();
  }
}

/** Waits until the check holds. */
export async function eventually(check: () => Promise<void>): Promise<void> {
  const probe = async () => {
    await check();
    return true;
  };
  await polled('the check holds', probe, { timeoutMs: 15_000, intervalMs: 50 });
}
