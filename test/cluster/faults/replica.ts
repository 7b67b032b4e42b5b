import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CONTROLLER } from '../../../src/api/access.ts';
import { bundleInto } from '../../bundle.ts';
import { Daemon } from '../daemon.ts';
import type { FaultProxy, SeenRequest } from '../fault-proxy.ts';
import type { StoreCluster } from '../store/harness.ts';
import { NAMESPACE } from './timing.ts';

const ENTRY = fileURLToPath(new URL('controller-process.ts', import.meta.url));

/** Picks writes of a status. */
export const isStatusWrite = ({ method, path }: SeenRequest): boolean => method === 'PATCH' && path.includes('/status');
/** Picks events that are told. */
export const isEvent = ({ method, path }: SeenRequest): boolean => method !== 'GET' && path.includes('/events');
/** Picks all that changes anything else but the Lease: every status, and finalizers. */
export const isWrite = (seen: SeenRequest): boolean =>
  seen.method !== 'GET' && !isEvent(seen) && !seen.path.includes('/leases');

/**
 * A replica of the controller: a process that can be killed and paused, behind a proxy of its own that has the rights of the
 * controller's ServiceAccount.
 */
export class Replica {
  private constructor(
    readonly process: Daemon,
    readonly proxy: FaultProxy,
  ) {}

  static async create(cluster: StoreCluster, identity: string): Promise<Replica> {
    const { folder, env, controlPlane } = cluster.cluster;
    const user = await controlPlane.authority.client(`system:serviceaccount:${NAMESPACE}:${CONTROLLER.name}`);
    const proxy = await cluster.startProxy(user);
    const file = join(folder, 'controller-process.mjs');
    const daemon = new Daemon({
      name: identity,
      command: [process.execPath, file],
      logFile: join(folder, `${identity}.log`),
      env: { ...env, SERVER: proxy.url, IDENTITY: identity },
    });
    return new Replica(daemon, proxy);
  }

  /** How many times it has tried to write, over all its lives. */
  get writes(): number {
    return this.proxy.seen.filter(isWrite).length;
  }

  /**
   * Kills it when it makes the n-th write from now on, which is the last that still arrives, or the first that does not.
   * Resolves when it is dead.
   */
  async killAtWrite(n: number, arrives: boolean): Promise<void> {
    const before = this.writes;
    let end = () => {};
    await new Promise<void>((resolve) => {
      end = this.proxy.inject({ do: 'reset' }, (seen) => {
        const made = this.writes - before;
        if (!isWrite(seen) || made < n) return false;
        if (this.process.running) this.process.signal('SIGKILL');
        resolve();
        return !arrives || made > n;
      });
    });
    await this.process.stop('SIGKILL');
    end();
  }

  async dispose(): Promise<void> {
    await this.process.stop('SIGKILL');
    await this.proxy.close();
  }
}

/** Makes one file of the controller's process, for all replicas in the cluster's folder. */
export async function bundleController(folder: string): Promise<void> {
  await bundleInto(folder, ENTRY);
}
