import type { MessageBody } from '../../src/speaker/ownership/message.ts';
import type { OwnershipAction } from '../../src/speaker/ownership/protocol.ts';
import type { Segment } from './segment.ts';
import type { SimNode } from './sim-node.ts';

/** So long two MAC addresses may answer after their nodes can hear each other, or after one of them began. */
export const HEAL = 1_000;
/** The same while frames are lost. */
export const HEAL_WITH_LOSS = 3_000;
/** With so much loss nodes cannot be said to hear each other. */
const DEAFENING = 0.5;
/** On a whole network two answer only from the successor's first answer until the former owner hears of it. */
export const HANDOVER = 20;
/** From a crash to the next answer on a whole network: 300 ms of detection, in which it is asked, and what is on the way. */
export const TAKEOVER = 350;

/** What is watched beside what always holds. */
export interface Expectations {
  /** (b), (e): how long an address that was answered once may be without an answer. */
  readonly longestGap: number | undefined;
  /** (c): how long two MAC addresses may answer; undefined for {@link HEAL} or {@link HEAL_WITH_LOSS}. */
  readonly longestConflict?: number | undefined;
  /** (d): whether no address may change its MAC address at all. */
  readonly nothingMoves: boolean;
  /** (g): whether nothing that a node has taken over is taken over by another. */
  readonly takenOnce?: boolean | undefined;
  /** (d): how many parts of the network may move an address each without knowing of the others. */
  readonly sides: number;
}

interface Served {
  /** Who answers with whose MAC address, and whether that one forwards. */
  readonly macs: readonly string[];
  readonly nodes: readonly string[];
}

/** Watches over what must hold of every address at every moment. */
export class Invariants {
  readonly violations: string[] = [];
  expected: Expectations = { longestGap: undefined, nothingMoves: false, sides: 1 };
  gaps = { longest: 0, count: 0 };
  longestConflict = 0;
  readonly #answering = new Map<string, Set<SimNode>>();
  readonly #gapSince = new Map<string, number>();
  readonly #mac = new Map<string, string>();
  readonly #bothSince = new Map<string, ReadonlyMap<string, number>>();
  readonly #moves = new Map<string, number[]>();
  readonly #left = new Set<string>();
  #unreported: string | undefined;

  constructor(private readonly segment: Segment) {}

  /** Addresses that are answered with more than one MAC address are looked at now and then. */
  look(): void {
    for (const [address, nodes] of this.#answering) if (nodes.size > 1) this.#checkConflict(address);
  }

  /** Whoever leaves hands over, however often that was done before. */
  offered({ address, cause }: MessageBody & { type: 'Offer' }): void {
    if (cause === 'Leaving') this.#left.add(address);
    else this.#left.delete(address);
  }

  reported(node: SimNode, report: OwnershipAction & { do: 'report' }): void {
    if (this.#unreported === report.address) this.#unreported = undefined;
    const couldHear = this.segment.network.isAttached(node.name);
    if (report.cause === 'Placed' && couldHear && this.segment.strangers.has(report.address)) {
      this.#violated('f', `${report.address} was placed while a stranger uses it`);
    }
    if (report.cause === 'ConflictLost' && this.expected.takenOnce) {
      this.#violated('g', `${report.address} was taken over by ${report.node} and by ${node.name}`);
    }
    if (report.cause !== 'Offered') return;
    const { now } = this.segment.clock;
    const { movesWithin, mostMoves } = this.segment.options.timing;
    const moves = [...(this.#moves.get(report.address) ?? []), now].filter((at) => now - at < movesWithin);
    this.#moves.set(report.address, moves);
    if (moves.length > mostMoves * this.expected.sides && !this.#left.has(report.address))
      this.#violated('d', `${report.address} moved by choice ${moves.length} times`);
  }

  changed(node: SimNode | undefined, address: string | undefined): void {
    if (node !== undefined && address !== undefined) {
      if (this.#unreported !== undefined) this.#violated('d', `${this.#unreported}: a change without a report`);
      this.#unreported = address;
      const nodes = this.#answering.get(address) ?? new Set();
      if (node.answers.has(address)) nodes.add(node);
      else nodes.delete(node);
      this.#answering.set(address, nodes);
      this.#check(address);
      return;
    }
    for (const [each, nodes] of this.#answering) {
      for (const other of nodes) if (!other.answers.has(each)) nodes.delete(other);
      this.#check(each);
    }
  }

  /** (a), once all has been whole and equal for long enough. */
  checkSettled(): void {
    const { segment } = this;
    const awake = [...segment.nodes.values()].filter((node) => node.isAwake && segment.network.isAttached(node.name));
    for (const address of segment.truth.ranks.keys()) {
      const able = segment.truth.candidatesOf(address).filter((name) => awake.some((node) => node.name === name));
      const { macs, nodes } = this.#served(address);
      const roles = awake.map(({ name, core }) => `${name} ${core?.roleOf(address)}`);
      if (macs.length > 1) this.#violated('a', `${address}: ${nodes} answer at the end`);
      if (able.length === 0) continue;
      if (macs.length === 0) this.#violated('a', `${address}: nobody answers at the end: ${roles}`);
      const owners = awake.filter(({ core }) => core?.roleOf(address) === 'Owner');
      if (owners.length !== 1) this.#violated('a', `${address}: ${roles} at the end`);
      const wanted = segment.truth.holdOff > 0 ? able.slice(0, 1) : able;
      // What counts is how often it has moved, and not how often a node believes that it has.
      const mayMove = (this.#moves.get(address) ?? []).length < segment.options.timing.mostMoves;
      for (const { name } of owners) {
        if (mayMove && !wanted.includes(name)) this.#violated('a', `${address}: ${name} keeps it, not ${wanted}`);
      }
    }
    for (const node of awake) {
      for (const [address] of node.answers) {
        if (!segment.truth.ranks.has(address))
          this.#violated('a', `${node.name} answers for ${address}, which is gone`);
      }
    }
    for (const [address, since] of this.#gapSince) {
      if (segment.truth.ranks.has(address)) this.#endGap(address, since);
    }
  }

  /** (a): where what one node believes of another is not so, at this moment. */
  wrongBeliefs(): readonly string[] {
    const { segment } = this;
    const awake = [...segment.nodes.values()].filter((node) => node.isAwake && segment.network.isAttached(node.name));
    const wrong: string[] = [];
    for (const node of awake) {
      for (const peer of awake) {
        const table = node.core?.peer(peer.name)?.table;
        for (const address of node === peer ? [] : segment.truth.ranks.keys()) {
          const role = peer.core?.roleOf(address);
          const claim = role === 'Owner' || role === 'Held' || role === 'Caretaker' ? role : undefined;
          const known = table?.get(address)?.role;
          if (known !== claim)
            wrong.push(`${node.name} believes ${peer.name} to be ${known} of ${address}, not ${role}`);
        }
      }
    }
    return [...wrong, ...this.#unwatched(awake)];
  }

  /** Of the owner and those that follow it, three in all, each that lives is to watch the others that do. */
  #unwatched(awake: readonly SimNode[]): readonly string[] {
    const { truth, sessions } = this.segment;
    const unwatched: string[] = [];
    for (const address of truth.ranks.keys()) {
      const owner = awake.find(({ core }) => core?.roleOf(address) === 'Owner')?.name;
      if (owner === undefined) continue;
      const others = truth.candidatesOf(address).filter((name) => name !== owner);
      const inLine = [owner, ...others.slice(0, 2)];
      const line = awake.flatMap(({ name }) => (inLine.includes(name) ? name : []));
      for (const name of line) {
        const missing = line.filter((other) => other !== name && !sessions.wants(name, other));
        if (missing.length > 0) unwatched.push(`${name} does not watch ${missing} for ${address}`);
      }
    }
    return unwatched;
  }

  /** (a): what is believed wrongly for so long will never be known. */
  checkBeliefs(before: readonly string[]): void {
    for (const belief of this.wrongBeliefs()) if (before.includes(belief)) this.#violated('a', belief);
  }

  #served(address: string): Served {
    const { network, nodes: all } = this.segment;
    const [macs, nodes] = [new Set<string>(), [] as string[]];
    for (const node of this.#answering.get(address) ?? []) {
      if (!node.isAwake || !network.isAttached(node.name)) continue;
      const mac = node.answers.get(address) ?? node.name;
      nodes.push(mac === node.name ? node.name : `${node.name} for ${mac}`);
      if (all.get(mac)?.isForwarding && network.isAttached(mac)) macs.add(mac);
    }
    return { macs: [...macs], nodes };
  }

  #check(address: string): void {
    const { now } = this.segment.clock;
    const { macs } = this.#served(address);
    const [mac] = macs;
    const since = this.#gapSince.get(address);
    if (mac !== undefined) {
      if (since !== undefined) this.#endGap(address, since);
      this.#gapSince.delete(address);
      const before = this.#mac.get(address);
      if (macs.length === 1 && before !== mac) {
        if (before !== undefined && this.expected.nothingMoves) this.#violated('d', `${address} moved to ${mac}`);
        this.#mac.set(address, mac);
      }
    } else if (!this.segment.truth.ranks.has(address)) {
      this.#gapSince.delete(address);
      this.#mac.delete(address);
    } else if (since === undefined && this.#mac.has(address)) this.#gapSince.set(address, now);
    this.#checkConflict(address);
  }

  #endGap(address: string, since: number): void {
    const length = this.segment.clock.now - since;
    if (length === 0) return;
    this.gaps.count++;
    this.gaps.longest = Math.max(this.gaps.longest, length);
    const { longestGap } = this.expected;
    if (longestGap !== undefined && length > longestGap) {
      this.#violated(longestGap === 0 ? 'b' : 'e', `${address} went unanswered for ${length.toFixed(1)} ms`);
    }
  }

  /** (c): two MAC addresses, only while their nodes cannot hear each other, and not for long after. */
  #checkConflict(address: string): void {
    const { network, clock, truth } = this.segment;
    const before = this.#bothSince.get(address);
    this.#bothSince.delete(address);
    const nodes = truth.ranks.has(address) ? [...(this.#answering.get(address) ?? [])] : [];
    if (nodes.length < 2 || network.quality.loss >= DEAFENING) return;
    const both = new Map<string, number>();
    for (const [index, a] of nodes.entries()) {
      for (const b of nodes.slice(index + 1)) {
        if (!a.isAwake || !b.isAwake || a.answers.get(address) === b.answers.get(address)) continue;
        if (!network.passes(a.name, b.name) || !network.passes(b.name, a.name)) continue;
        const key = [a.name, b.name].sort().join(' and ');
        const began = before?.get(key) ?? clock.now;
        both.set(key, began);
        const length = clock.now - Math.max(began, network.changedAt(a.name), network.changedAt(b.name));
        if (!network.hasLost) this.longestConflict = Math.max(this.longestConflict, length);
        if (length > (this.expected.longestConflict ?? (network.hasLost ? HEAL_WITH_LOSS : HEAL))) {
          this.#violated('c', `${address}: ${key} have both answered for ${length.toFixed(0)} ms`);
          both.delete(key);
        }
      }
    }
    this.#bothSince.set(address, both);
  }

  #violated(invariant: string, text: string): void {
    const { clock, timeline } = this.segment;
    timeline.log(clock.now, '!!!!!', () => `(${invariant}) ${text}`);
    this.violations.push(`(${invariant}) at ${clock.now.toFixed(1)}: ${text}`);
  }
}
