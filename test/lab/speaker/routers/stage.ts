import type { AssignedPeer } from '../../../../src/speaker/wire/bgp-messages.ts';
import { eventually } from '../../eventually.ts';
import type { Member } from '../../network.ts';
import { assignedPeer, BgpWorker } from '../bgp-worker.ts';
import type { Router, RouterSession, RunningRouter, ShownRoute } from './router.ts';
import { IPV4, IPV6, type Scene, SECOND_IPV4 } from './scenes.ts';

/** Where a scene is played. */
export interface Place {
  readonly node: Member;
  readonly tor: Member;
  /** What `bundleWire` made. */
  readonly programs: string;
  /** A folder that is the router's. */
  readonly folder: string;
}

const PATIENCE = 30_000;
const PLAIN_SESSION: RouterSession = {
  localAs: 64_513,
  peerAs: 64_512,
  local: '192.0.2.1',
  neighbor: '192.0.2.11',
  families: ['IPv4'],
};
const ATTRIBUTES = { communities: [64_512 * 65_536 + 7], largeCommunities: [[64_512, 1, 2]], localPref: 300 };

/** A router and our worker in one scene. */
export class Stage {
  #router: RunningRouter | undefined;
  #worker: BgpWorker | undefined;
  readonly #make: Router;
  readonly #place: Place;
  readonly #session: RouterSession;
  #peer: AssignedPeer;
  #frozen: readonly number[] = [];

  private constructor(make: Router, place: Place, session: RouterSession, peer: AssignedPeer) {
    this.#make = make;
    this.#place = place;
    this.#session = session;
    this.#peer = peer;
  }

  /** Starts both: the router first. */
  static async set(make: Router, { router, peer }: Scene, place: Place): Promise<Stage> {
    const { node, tor } = place;
    const isLinkLocal = router?.interface !== undefined;
    const ends = isLinkLocal ? { local: await linkLocal(tor), neighbor: await linkLocal(node) } : {};
    const session = { ...PLAIN_SESSION, ...router, ...ends };
    if (session.multihop) {
      await tor.run('ip', 'address', 'replace', `${session.local}/32`, 'dev', 'lo');
      await node.run('ip', 'route', 'replace', `${session.local}/32`, 'via', '192.0.2.1');
    }
    const address = isLinkLocal ? { address: session.unnumbered ? undefined : session.local } : {};
    const stage = new Stage(make, place, session, assignedPeer({ ...peer, ...address }));
    stage.#router = await make.start(tor, place.folder, session);
    await stage.startWorker([IPV4, SECOND_IPV4, IPV6]);
    return stage;
  }

  get router(): RunningRouter {
    if (this.#router === undefined) throw new Error('the router was not started');
    return this.#router;
  }

  get worker(): BgpWorker {
    if (this.#worker === undefined) throw new Error('the worker was not started');
    return this.#worker;
  }

  /** Starts a life of the worker with these routes. */
  async startWorker(prefixes: readonly string[]): Promise<void> {
    const { node, programs } = this.#place;
    this.#worker = await BgpWorker.start(node, programs);
    await this.#worker.assign(node, this.#peer);
    this.#worker.advertise(Object.fromEntries(prefixes.map((prefix) => [prefix, ATTRIBUTES])));
  }

  /** Makes the peer another one. */
  async assign(more: Partial<AssignedPeer>): Promise<void> {
    this.#peer = { ...this.#peer, ...more };
    await this.worker.assign(this.#place.node, this.#peer);
  }

  /** Waits until the worker has ended. */
  async ended(): Promise<void> {
    await eventually('the worker ends', async () => (this.worker.process.exited ? true : undefined));
  }

  async restartRouter(): Promise<void> {
    const { tor, folder } = this.#place;
    await tor.killAll();
    this.#router = await this.#make.start(tor, folder, this.#session);
  }

  /** Waits until the router shows the route. */
  shows(prefix: string): Promise<ShownRoute> {
    return this.showsWith(prefix, () => true, PATIENCE);
  }

  /** Waits until the router shows the route as wanted. */
  async showsWith(prefix: string, wanted: (route: ShownRoute) => boolean, timeoutMs: number): Promise<ShownRoute> {
    let last: ShownRoute | undefined;
    const probe = async () => {
      last = await this.router.route(prefix);
      return last !== undefined && wanted(last) ? last : undefined;
    };
    const what = `${this.#make.name} shows ${prefix}`;
    return await eventually(what, probe, { timeoutMs, intervalMs: 50 }).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${JSON.stringify(last)}, ${JSON.stringify(this.worker.session())}`);
    });
  }

  /** Waits until the router shows no such route. */
  async misses(prefix: string, timeoutMs = PATIENCE): Promise<void> {
    const probe = async () => ((await this.router.route(prefix)) === undefined ? true : undefined);
    await eventually(`${this.#make.name} has no ${prefix}`, probe, { timeoutMs, intervalMs: 50 });
  }

  /** Waits until the router's kernel has the route as wanted, where the router puts any there. */
  async installs(prefix: string, wanted: RegExp): Promise<void> {
    if (this.router.installed === undefined) return;
    const probe = async () => (wanted.test((await this.router.installed?.(prefix)) ?? '') ? true : undefined);
    await eventually(`the kernel of ${this.#make.name} has ${prefix} as ${wanted}`, probe, { timeoutMs: PATIENCE });
  }

  async bfdUp(): Promise<void> {
    const probe = async () => ((await this.router.isBfdUp?.()) ? true : undefined);
    await eventually(`BFD of ${this.#make.name} is up`, probe, { timeoutMs: PATIENCE, intervalMs: 50 });
    await this.worker.until('our BFD is up', ({ bfd }) => bfd === 'Up');
  }

  /** Stops the worker's process where it stands, without a word. */
  freeze(): void {
    this.#frozen = this.worker.process.pid === undefined ? [] : [this.worker.process.pid];
    for (const pid of this.#frozen) process.kill(pid, 'SIGSTOP');
  }

  thaw(): void {
    for (const pid of this.#frozen) process.kill(pid, 'SIGCONT');
  }

  /** Waits until one connection is all there is between the two. */
  async oneConnection(): Promise<void> {
    const probe = async () => {
      const shown = await this.#place.tor.run('ss', '-Htn', 'state', 'established', '( sport = :179 or dport = :179 )');
      return shown.trim().split('\n').length === 1 && shown.trim() !== '' ? true : undefined;
    };
    await eventually('there is one connection', probe);
  }
}

async function linkLocal(member: Member): Promise<string> {
  const shown = await member.run('ip', '-6', '-o', 'address', 'show', 'dev', 'eth0', 'scope', 'link');
  return /fe80:[0-9a-f:]+/.exec(shown)?.[0] ?? '';
}
