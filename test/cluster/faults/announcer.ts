import { SPEAKER } from '../../../src/api/access.ts';
import { type SpeakerStatus, SpeakerStatusKind } from '../../../src/api/speaker-status.ts';
import type { Store, Watch } from '../../../src/store/store.ts';
import { buildBerth } from '../../lab/cli/bundle.ts';
import { ip } from '../../lab/network.ts';
import { Daemon } from '../daemon.ts';
import type { StoreCluster } from '../store/harness.ts';
import { NAMESPACE } from './timing.ts';

const NODE = 'n0';
/** Of the machine on which it runs: within the network of the pool, whose last addresses are not given. */
const NETWORK = '10.61.0.254/24';

/** A speaker as it is shipped, on the machine of the control plane: what it answers for, and what it let go of. */
export class Announcer {
  /** The addresses that it answers for, as it last said. */
  answers: ReadonlySet<string> = new Set();
  readonly #released = new Set<string>();
  readonly #watch: Watch;

  private constructor(
    readonly process: Daemon,
    store: Store,
  ) {
    this.#watch = store.watch(SpeakerStatusKind, { onEvent: ({ object }) => this.#take(object) });
  }

  static async start(cluster: StoreCluster, store: Store): Promise<Announcer> {
    const { network, folder, env, api } = cluster.cluster;
    const { kubeconfig } = await cluster.cluster.serviceAccount(NAMESPACE, SPEAKER.name);
    await ip('address', 'add', NETWORK, 'dev', network.segment.name);
    await api.call('POST', '/api/v1/nodes', { metadata: { name: NODE } });
    const command = [process.execPath, await buildBerth(), 'speaker', '--node', NODE] as const;
    const daemon = new Daemon({
      name: 'speaker',
      command: [...command, '--kubeconfig', kubeconfig],
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

  /** Addresses that it let go of; not because this machine, which is busy, had it stand still for a moment. */
  async violations(): Promise<readonly string[]> {
    await this.process.assertRunning();
    const lines = (await this.process.log()).split('\n').filter((line) => line.includes('fell silent'));
    return lines
      .map((line) => JSON.parse(line) as { readonly address: string; readonly cause: string })
      .filter(({ address, cause }) => cause !== 'Paused' && !this.#released.has(address))
      .map(({ address, cause }) => `${address} is not answered for any more: ${cause}`);
  }

  async stop(): Promise<void> {
    this.#watch.stop();
    await this.process.stop('SIGKILL');
  }

  #take({ status }: SpeakerStatus): void {
    const owned = (status?.l2 ?? []).filter(({ role }) => role === 'Owner');
    this.answers = new Set(owned.map(({ address }) => address));
  }
}
