import { type ChildProcess, spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { setTimeout as pass } from 'node:timers/promises';
import { buildBerth } from '../../test/lab/cli/bundle.ts';
import { bundlePrograms } from './bundle.ts';
import { Folder } from './folder.ts';
import { type BenchNetwork, createNetwork } from './network.ts';
import { BenchNode } from './node.ts';
import { OwnerMoves } from './owner-moves.ts';
import { Station } from './station.ts';

const PORT = 7000;
/** Milliseconds until every daemon has read a changed file and made a new plan. */
const HEARD = 500;
/** Milliseconds until what should come to be is given up. */
const PATIENCE = 60_000;
/** Milliseconds until addresses that move by choice are given up. */
const MOVE_PATIENCE = 10_000;
/** Speakers move an address by choice four times in 180 s at most. */
const MOST_MOVES = 4;
/** So often addresses are replaced that have moved that often before they are where they should be. */
const ATTEMPTS = 3;

/** Three nodes with speakers, one process that allocates, two clients and one that asks, on real kernels. */
export class Lab {
  /** Those of the Services that there are now. */
  addresses: readonly string[] = [];
  /** The node that is lost at present: what others take over from it has not moved by choice. */
  lost: BenchNode | undefined;
  readonly #moves = new OwnerMoves();
  #generation = 0;
  #hasLocal = false;

  private constructor(
    readonly network: BenchNetwork,
    readonly folder: Folder,
    readonly nodes: readonly BenchNode[],
    /** Clients: beside the nodes, and behind the router. */
    readonly clients: readonly [Station, Station],
    readonly asker: Station,
    private readonly allocator: ChildProcess,
  ) {}

  static async start(): Promise<Lab> {
    const berth = await buildBerth();
    const folder = await Folder.create();
    const programs = await bundlePrograms(`${folder.path}/.programs`);
    const network = await createNetwork();
    await folder.announce({ order: [1, 2, 3], movesBack: false });
    const allocator = allocate(berth, folder.path);
    const given = { berth, echo: programs['echo-process'], folder: folder.path, port: PORT };
    const nodes = network.nodes.map((member, index) => new BenchNode(index + 1, member, given));
    const prober = programs['prober-process'];
    const clients = [
      await Station.start(network.near, prober, `${PORT}`),
      await Station.start(network.far, prober, `${PORT}`),
    ] as const;
    const asker = await Station.start(network.asker, programs['asker-process']);
    for (const node of nodes) await node.start();
    return new Lab(network, folder, nodes, [...clients], asker, allocator);
  }

  async dispose(): Promise<void> {
    await this.network.dispose();
    this.allocator.kill('SIGKILL');
    await rm(this.folder.path, { recursive: true, force: true });
  }

  /** The node that is in line after another. */
  after(node: BenchNode): BenchNode {
    return this.#node(node.number % this.nodes.length);
  }

  /** Numbers of the nodes, this one first. */
  order(first: BenchNode): readonly number[] {
    const second = this.after(first);
    return [first, second, this.after(second)].map(({ number }) => number);
  }

  /**
   * Has one node own `n` addresses, and the next one be first in line for all of them; where they are not the right ones, or
   * have moved too often to move once more, other addresses.
   */
  async own(owner: BenchNode, n: number, isLocal = false): Promise<void> {
    const order = this.order(owner);
    const isUsable = n === this.addresses.length && this.#canMove(2) && !isLocal && !this.#hasLocal;
    if (!isUsable || !this.#ownsAll(owner)) await this.folder.announce({ order, movesBack: true });
    if (!isUsable || !(await this.#moved(owner))) await this.#replace(owner, n, isLocal);
    for (let attempt = 1; ; attempt++) {
      await this.until(`${owner.name} owns all`, () => this.isSettled(owner));
      await this.folder.announce({ order, movesBack: false });
      await pass(HEARD);
      if (this.#canMove(1) || attempt === ATTEMPTS) return;
      await this.folder.announce({ order, movesBack: true });
      await this.#replace(owner, n, isLocal);
    }
  }

  /** Puts everything back after a trial that did not come to its end, and has the next one use other addresses. */
  async restore(): Promise<void> {
    this.lost = undefined;
    await this.folder.drain();
    for (const node of this.nodes) await node.restore();
    this.addresses = [];
  }

  /** Has the endpoints of all Services on one node. */
  async endpoints(node: BenchNode): Promise<void> {
    const services = this.addresses.map((_, index) => `s${this.#generation}-${index}`);
    await this.folder.endpoints(services, node.number);
  }

  /** Whether one node owns all addresses, no other owns any, and all watch one another that are in line for them. */
  isSettled(owner: BenchNode): boolean {
    return this.ownsAlone(owner) && (this.#hasLocal || this.isWhole());
  }

  /** Whether one node owns all addresses, and no other owns any. */
  ownsAlone(owner: BenchNode): boolean {
    return this.#ownsAll(owner) && this.nodes.every((node) => node === owner || node.owned.size === 0);
  }

  /** Whether each address has one owner among the nodes but one. Two that lose each other as well may share them. */
  hasOneEach(but?: BenchNode): boolean {
    const nodes = this.nodes.filter((node) => node !== but);
    const owned = nodes.reduce((sum, node) => sum + node.owned.size, 0);
    return (
      owned === this.addresses.length && this.addresses.every((each) => nodes.some((node) => node.owned.has(each)))
    );
  }

  /** Whether all watch one another, and each address has one owner. */
  isWhole(): boolean {
    return this.hasOneEach() && this.nodes.every((node) => node.watchesAll(this.addresses) && node.caredFor.size === 0);
  }

  /** Some addresses for the clients to use: of either family, where there are. */
  sample(): readonly string[] {
    const n = this.addresses.length;
    const places = n < 4 ? [0] : [0, 1, n / 2 - ((n / 2) % 2), n - 1];
    return places.flatMap((place) => this.addresses[place] ?? []);
  }

  async until(what: string, probe: () => boolean, patience = PATIENCE): Promise<void> {
    const deadline = performance.now() + patience;
    for (this.#look(); !probe(); this.#look()) {
      if (performance.now() > deadline) throw new Error(`bench: not within ${patience} ms: ${what}\n${this.#state()}`);
      await pass(10);
    }
  }

  async #replace(owner: BenchNode, n: number, isLocal: boolean): Promise<void> {
    this.addresses = await this.folder.services(n, ++this.#generation, isLocal ? owner.number : undefined);
    this.#hasLocal = isLocal;
  }

  #look(): void {
    for (const node of this.nodes) {
      node.look();
      this.#moves.note(node, this.lost);
    }
  }

  /** Whether speakers will move each address by choice so often still. Nodes that take each other for dead use that up too. */
  #canMove(times: number): boolean {
    return this.addresses.every((address) => this.#moves.of(address) + times <= MOST_MOVES);
  }

  /** Waits until a node owns all, for a while: two that took each other for dead may have used up some address's moves. */
  async #moved(owner: BenchNode): Promise<boolean> {
    if (this.isSettled(owner)) return true;
    return await this.until('', () => this.isSettled(owner), MOVE_PATIENCE).then(
      () => true,
      () => false,
    );
  }

  #state(): string {
    return this.nodes
      .map((node) => {
        const { name, owned, caredFor, log } = node;
        const watchesAll = node.watchesAll(this.addresses);
        return `${name}: owns ${owned.size}, cares for ${caredFor.size}, watches ${watchesAll}\n${log.slice(-6).join('\n')}`;
      })
      .join('\n');
  }

  #ownsAll(owner: BenchNode): boolean {
    return owner.owned.size === this.addresses.length && this.addresses.every((address) => owner.owned.has(address));
  }

  #node(index: number): BenchNode {
    const node = this.nodes[index];
    if (node === undefined) throw new RangeError(`bench: there is no node ${index}`);
    return node;
  }
}

/** The process that allocates is on no node, so that none takes the lock along. It ends with this process. */
function allocate(berth: string, folder: string): ChildProcess {
  const args = ['standalone', folder, '--shared', '--no-speaker', '--node', 'allocator', '--http-address', 'off'];
  return spawn('setpriv', ['--pdeathsig', 'KILL', process.execPath, berth, ...args], { stdio: 'ignore' });
}
