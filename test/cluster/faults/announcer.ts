import { type SpeakerStatus, SpeakerStatusKind } from '../../../src/api/speaker-status.ts';
import type { Store, Watch } from '../../../src/store/store.ts';
import { buildBerth } from '../../lab/cli/bundle.ts';
import { ip } from '../../lab/network.ts';
import { Daemon } from '../daemon.ts';
import type { StoreCluster } from '../store/harness.ts';

const NODE = 'n0';
/** Of the machine on which it runs: within the network of the pool, whose last addresses are not given. */
const NETWORK = '10.61.0.254/24';

/** A speaker as it is shipped, on the machine of the control plane: what it answers for, and what it let go of. */
export class Announcer {
  /** Since when it answers for an address, as it says. */
  readonly since = new Map<string, string>();
  /** Addresses that it stopped to answer for, or took anew. */
  readonly violations: string[] = [];
  readonly #released = new Set<string>();
  readonly #watch: Watch;

  private constructor(
    readonly process: Daemon,
    store: Store,
  ) {
    this.#watch = store.watch(SpeakerStatusKind, {
      onEvent: ({ type, object }) => this.#take(type === 'DELETED' ? undefined : object),
    });
  }

  static async start(cluster: StoreCluster, store: Store): Promise<Announcer> {
    const { controlPlane, network: lan, folder, env, api } = cluster.cluster;
    await ip('address', 'add', NETWORK, 'dev', lan.segment.name);
    await api.call('POST', '/api/v1/nodes', { metadata: { name: NODE } });
    const command = [process.execPath, await buildBerth(), 'speaker', '--node', NODE] as const;
    const daemon = new Daemon({
      name: 'speaker',
      command: [...command, '--kubeconfig', controlPlane.kubeconfig],
      logFile: `${folder}/speaker.log`,
      env,
    });
    daemon.start();
    return new Announcer(daemon, store);
  }

  /** What becomes of an address from now on does not matter: its Service goes. */
  release(address: string): void {
    this.#released.add(address);
  }

  async stop(): Promise<void> {
    this.#watch.stop();
    await this.process.stop('SIGKILL');
  }

  #take(speaker: SpeakerStatus | undefined): void {
    // Its kind is gone, not its addresses: it says them again when it can.
    if (speaker?.status === undefined) return;
    const owned = (speaker.status.l2 ?? []).filter(({ role }) => role === 'Owner');
    const now = new Map(owned.map(({ address, since }) => [address, since ?? '']));
    for (const [address, since] of this.since) {
      const current = now.get(address);
      if (this.#released.has(address)) continue;
      if (current === undefined) this.violations.push(`${address}: not answered for any more`);
      else if (current !== since)
        this.violations.push(`${address}: answered for since ${since}, then since ${current}`);
    }
    for (const [address, since] of now) this.since.set(address, since);
  }
}
