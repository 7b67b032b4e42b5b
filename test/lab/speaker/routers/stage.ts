import type { AdvertisedAttributes } from '../../../../src/announcement/bgp/route-attributes.ts';
import type { RouterSide } from '../../../../src/router-config/router-side.ts';
import type { AssignedPeer } from '../../../../src/speaker/wire/bgp-messages.ts';
import { eventually } from '../../eventually.ts';
import type { Member } from '../../network.ts';
import { BgpWorker } from '../bgp-worker.ts';
import { LINK, type Router, type RouterSession, type RunningRouter, type ShownRoute } from './router.ts';
import { IPV4, IPV6, type Scene, SECOND_IPV4 } from './scenes.ts';
import { type Sides, sidesOf } from './sides.ts';

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

/** A router and our worker in one scene. */
export class Stage {
  #router: RunningRouter | undefined;
  #worker: BgpWorker | undefined;
  readonly #make: Router;
  readonly #place: Place;
  readonly #session: RouterSession;
  readonly #attributes: AdvertisedAttributes;
  #peer: AssignedPeer;
  #frozen: readonly number[] = [];

  private constructor(make: Router, place: Place, session: RouterSession, { node, attributes }: Sides) {
    this.#make = make;
    this.#place = place;
    this.#session = session;
    this.#peer = node;
    this.#attributes = attributes;
  }

  /** Starts both: the router first. */
  static async set(make: Router, scene: Scene, place: Place): Promise<Stage> {
    const { node, tor, folder } = place;
    const byInterface = scene.isLinkLocal ? { peerAddress: await linkLocal(tor), interface: LINK } : {};
    const addresses = ['192.0.2.11/24', '2001:db8::11/64', `${await linkLocal(node)}/64`];
    const sides = sidesOf({ ...scene, peer: { ...scene.peer, ...byInterface } }, addresses);
    const session = { side: sides.router, ...(await endsOf(sides.router, place)) };
    if (session.side.multihop) {
      await tor.run('ip', 'address', 'replace', `${session.local}/32`, 'dev', 'lo');
      await node.run('ip', 'route', 'replace', `${session.local}/32`, 'via', '192.0.2.1');
    }
    const stage = new Stage(make, place, session, { ...sides, node: { ...sides.node, ...scene.atFirst } });
    stage.#router = await make.start(tor, folder, session);
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
    this.#worker.advertise(Object.fromEntries(prefixes.map((prefix) => [prefix, { ...this.#attributes }])));
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

  /** Kills the router and starts it again. */
  async restartRouter(): Promise<void> {
    const { tor, folder } = this.#place;
    await tor.killAll();
    this.#router = await this.#make.start(tor, folder, this.#session);
  }

  /** Has the router connect while our own attempt is due: both then have a connection open. */
  async collide(): Promise<void> {
    const { tor } = this.#place;
    await tor.killAll();
    await this.worker.until('it is tried again', ({ state }) => state === 'Active');
    this.freeze();
    try {
      await this.restartRouter();
      // Our kernel takes the connection, and nobody answers.
      const probe = async () =>
        (await tor.run('ss', '-Htn', 'state', 'established', 'dport = :179')).trim() || undefined;
      await eventually(`${this.#make.name} connects`, probe, { timeoutMs: PATIENCE, intervalMs: 50 });
    } finally {
      this.thaw();
    }
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
    const what = `${this.#make.name} has no ${prefix}`;
    await eventually(what, probe, { timeoutMs, intervalMs: 50 }).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${JSON.stringify(this.worker.session())}`);
    });
  }

  /** Looks for so long whether the router shows the route, which it must not. */
  async neverShows(prefix: string, milliseconds: number): Promise<void> {
    const deadline = performance.now() + milliseconds;
    while (performance.now() < deadline) {
      if ((await this.router.route(prefix)) !== undefined) throw new Error(`${this.#make.name} shows ${prefix}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Waits until the router shows that it keeps the route though our session is gone. */
  async keepsAsStale(prefix: string): Promise<void> {
    const { isStale } = this.router;
    const probe = async () => (isStale === undefined || (await isStale(prefix)) ? true : undefined);
    await eventually(`${this.#make.name} keeps ${prefix} as stale`, probe, { timeoutMs: PATIENCE, intervalMs: 50 });
    await this.shows(prefix);
  }

  /** Waits until the router shows that the route is a living one again. */
  async keepsNothingStale(prefix: string): Promise<void> {
    const { isStale } = this.router;
    const probe = async () => (isStale === undefined || !(await isStale(prefix)) ? true : undefined);
    await eventually(`${this.#make.name} has ${prefix} anew`, probe, { timeoutMs: PATIENCE, intervalMs: 50 });
  }

  /** Has the router ask for all routes, and waits until it has counted at least so many more UPDATEs. */
  async receivesAgain(least: number): Promise<void> {
    const { received, refresh } = this.router;
    if (received === undefined || refresh === undefined) throw new Error(`${this.#make.name} cannot ask`);
    const before = await received();
    await refresh();
    const probe = async () => ((await received()) >= before + least ? true : undefined);
    await eventually(`${this.#make.name} receives again`, probe, { timeoutMs: PATIENCE, intervalMs: 50 });
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

  /** Waits until BFD is up with a router that has it. */
  async bfdUpIfAny(): Promise<void> {
    if (this.router.isBfdUp !== undefined) await this.bfdUp();
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

/** Where both speak from. */
async function endsOf({ address, neighbours }: RouterSide, { node, tor }: Place) {
  const [only] = neighbours;
  if (address === undefined) return { local: await linkLocal(tor), neighbor: await linkLocal(node) };
  return { local: address, neighbor: only?.address ?? '' };
}

async function linkLocal(member: Member): Promise<string> {
  const shown = await member.run('ip', '-6', '-o', 'address', 'show', 'dev', 'eth0', 'scope', 'link');
  return /fe80:[0-9a-f:]+/.exec(shown)?.[0] ?? '';
}
