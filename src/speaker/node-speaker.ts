import { randomUUID } from 'node:crypto';
import type { Lease } from '../api/kubernetes/lease.ts';
import type { SpeakerReport, SpeakerStatus } from '../api/speaker-status.ts';
import type { Logger } from '../log/logger.ts';
import { type InterfaceWatch, type NetworkInterface, watchInterfaces } from '../os/interfaces.ts';
import { readSysctl, writeSysctl } from '../os/sysctl.ts';
import type { WatchEvent } from '../store/store.ts';
import { raiseArpSysctls } from './arp-sysctls.ts';
import { type Clock, every, systemClock } from './clock.ts';
import { LISTEN, SightOfOthers } from './cluster-sight.ts';
import { Heartbeat, SETTLE } from './heartbeat.ts';
import { Liveness } from './liveness.ts';
import { SpeakerMetrics } from './metrics.ts';
import { OwnNode } from './own-node.ts';
import { logPeer } from './peer-log.ts';
import { ownedBy, Planner } from './planner.ts';
import { macsOf, reportedInterfaces } from './reported-interfaces.ts';
import { Snapshot } from './snapshot.ts';
import type { Speaker, SpeakerOptions } from './speaker.ts';
import { nodeOfLease, SpeakerLease, signOf } from './speaker-lease.ts';
import { buildReport } from './status.ts';
import { StatusWriter, TIMES_INTERVAL } from './status-writer.ts';
import { WireControl, wireThreadAt } from './wire-control.ts';
import type { FromWire } from './wire-messages.ts';
import { WireView } from './wire-view.ts';

/** Milliseconds in which changes gather before they are planned with, as when a store delivers many at once. */
const GATHER = 10;
/** The least between two looks at who is alive, ms. */
const LIVENESS_PACE = 250;

/** See {@link startSpeaker}. */
export class NodeSpeaker implements Speaker {
  readonly joined: Promise<void>;
  #resolveJoined: () => void = () => {};
  readonly #options: SpeakerOptions;
  readonly #node: string;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #metrics: SpeakerMetrics;
  readonly #planner: Planner;
  readonly #liveness = new Liveness();
  readonly #view = new WireView();
  readonly #status: StatusWriter;
  readonly #heartbeat: Heartbeat;
  readonly #sight: SightOfOthers;
  readonly #ownNode: OwnNode;
  #snapshot: Snapshot | undefined;
  #wire: WireControl | undefined;
  #interfaceWatch: InterfaceWatch | undefined;
  #restoreSysctls: () => void = () => {};
  #alive: ReadonlySet<string> = new Set();
  #cancelPlan: (() => void) | undefined;
  #cancelLiveness: (() => void) | undefined;
  #cancelRefresh: (() => void) | undefined;
  /** No plan is made before this moment of the monotonic clock. */
  #planFrom = Number.POSITIVE_INFINITY;
  #joined = false;
  #stopping: Promise<void> | undefined;

  constructor(options: SpeakerOptions) {
    this.#options = options;
    this.#node = options.nodeName;
    this.joined = new Promise((resolve) => {
      this.#resolveJoined = resolve;
    });
    this.#clock = options.clock ?? systemClock;
    this.#logger = options.logger;
    this.#metrics = new SpeakerMetrics(options.registry);
    this.#planner = new Planner(this.#node, options.loadBalancerClass);
    const { store, logger } = options;
    const clock = this.#clock;
    const needsNode = options.cluster !== undefined;
    const written = { node: this.#node, needsNode, onRecovered: () => this.#schedulePlan() };
    this.#status = new StatusWriter({ ...written, store, clock, logger });
    this.#sight = new SightOfOthers(options.cluster, clock, (wait) => this.#onSight(wait));
    this.#ownNode = new OwnNode(this.#node, needsNode, logger, () => this.#heartbeat.start());
    this.#heartbeat = new Heartbeat({
      lease: new SpeakerLease(store, this.#node, `${this.#node}_${randomUUID()}`),
      clock,
      logger,
      listener: { onRejoin: (since) => this.#rejoin(since), onJoined: (since) => this.#onJoined(since) },
    });
  }

  async start(): Promise<void> {
    const { interfaces = watchInterfaces, sysctl = { read: readSysctl, write: writeSysctl } } = this.#options;
    const { startWire = wireThreadAt(new URL('./wire-worker.js', import.meta.url)) } = this.#options;
    this.#interfaceWatch = await interfaces(
      () => this.#schedulePlan(),
      (error) => this.#logger.warn(error.message),
    );
    if (this.#options.loopback) this.#restoreSysctls = raiseArpSysctls(sysctl, this.#logger);
    this.#wire = new WireControl({
      start: startWire,
      clock: this.#clock,
      logger: this.#logger,
      onMessage: (message) => this.#onWire(message),
      onLost: () => this.#onWireLost(),
    });
    this.#cancelRefresh = every(this.#clock, TIMES_INTERVAL, () => this.#reportStatus());
    const snapshot = new Snapshot(this.#options.store, {
      onChange: () => this.#onChange(),
      onSpeakerStatus: (event) => this.#onSpeakerStatus(event),
      onLease: (event) => this.#onLease(event),
    });
    this.#snapshot = snapshot;
    void snapshot.synced.then(() => this.#onChange());
  }

  ready(): boolean {
    return this.#joined && this.#stopping === undefined && this.missing() === undefined;
  }

  missing(): string | undefined {
    return this.#ownNode.missing();
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    for (const cancel of [this.#cancelPlan, this.#cancelLiveness, this.#cancelRefresh]) cancel?.();
    this.#status.stop();
    this.#sight.stop();
    this.#snapshot?.stop();
    await this.#wire?.stop();
    await this.#heartbeat.stop();
    if (this.#joined) await this.#writeFarewell();
    this.#interfaceWatch?.stop();
    this.#restoreSysctls();
  }

  async #writeFarewell(): Promise<void> {
    await this.#status.write({ ...this.#report(), l2: [], withheld: [], conflicts: [] }).catch((error: unknown) => {
      this.#logger.warn('the last SpeakerStatus could not be written', { reason: String(error) });
    });
  }

  /** See {@link HeartbeatListener.onRejoin}. */
  async #rejoin(since: number | undefined): Promise<void> {
    if (since !== undefined) {
      this.#liveness.excuse(since, this.#clock.monotonic());
      const alive = this.#liveness.alive(this.#clock.monotonic());
      for (const speaker of this.#snapshot?.speakers.values() ?? []) {
        if (speaker.metadata.name === this.#node || !alive.has(speaker.metadata.name)) continue;
        this.#planner.yieldTo(ownedBy(speaker));
      }
    }
    await this.#status.write(this.#report());
  }

  #onJoined(since: number | undefined): void {
    this.#joined = true;
    this.#resolveJoined();
    if (since === undefined) {
      const others = [...(this.#snapshot?.nodes.keys() ?? []), ...(this.#snapshot?.speakers.keys() ?? [])];
      const alone = others.every((name) => name === this.#node);
      this.#planFrom = this.#clock.monotonic() + (alone ? 0 : LISTEN);
      this.#logger.info('joined the other speakers', { node: this.#node, alone });
    }
    this.#schedulePlan();
  }

  #onChange(): void {
    if (this.#stopping !== undefined || this.#snapshot === undefined) return;
    this.#ownNode.look(this.#snapshot.nodes);
    this.#schedulePlan();
  }

  /** The others shall know of this node before it takes anything. */
  #onSight(wait: number): void {
    if (!this.#joined || this.#stopping !== undefined) return;
    this.#status.write(this.#report()).catch(() => {});
    this.#planAfter(wait);
  }

  #onSpeakerStatus({ type, object }: WatchEvent<SpeakerStatus>): void {
    if (object.metadata.name !== this.#node) this.#planner.sawOwned(ownedBy(object));
    else if (type === 'DELETED' && this.#joined) this.#status.invalidate();
  }

  #onLease({ type, object }: WatchEvent<Lease>): void {
    const node = nodeOfLease(object);
    if (node === undefined || node === this.#node) return;
    const exists = type !== 'DELETED';
    if (exists) this.#liveness.observe(node, signOf(object), this.#clock.monotonic());
    else this.#liveness.forget(node);
    if (this.#alive.has(node) !== exists) this.#schedulePlan();
    else this.#watchLiveness();
  }

  #onWire(message: FromWire): void {
    if (message.type === 'report') {
      this.#metrics.count(message.counters);
      const { begun, ended, strangers } = this.#view.apply(message, this.#clock.wall());
      for (const address of begun) this.#onBegun(address);
      for (const address of ended) this.#logger.info('Fell silent for an address.', { address });
      for (const { address, mac } of strangers) {
        this.#logger.warn('A machine that is none of ours uses an address of ours.', { address, mac });
      }
      if (message.states.length > 0 || message.claims.length > 0) this.#reportStatus();
    } else if (message.type === 'stalled') {
      this.#logger.warn('the process did not run for a while and gave its addresses up', {
        milliseconds: Math.round(message.milliseconds),
      });
      this.#view.clear();
      this.#planAfter(SETTLE);
    } else if (message.type === 'peer') {
      logPeer(this.#logger, message);
    } else if (message.type === 'fault') {
      this.#logger.warn(message.message);
    }
  }

  #onBegun(address: string): void {
    const takeover = this.#planner.isTakeover(address);
    if (takeover) this.#metrics.tookOver();
    this.#planner.sawOwned([address]);
    const { services, interfaces } = this.#planner.duty(address) ?? {};
    const names = interfaces?.map(({ name }) => name);
    this.#logger.info('answering for an address', { address, services, interfaces: names, takeover });
  }

  #onWireLost(): void {
    this.#metrics.workerEnded();
    this.#view.clear();
    this.#reportStatus();
    this.#schedulePlan();
  }

  #planAfter(wait: number): void {
    this.#planFrom = Math.max(this.#planFrom, this.#clock.monotonic() + wait);
    this.#schedulePlan();
  }

  #schedulePlan(): void {
    if (!this.#joined || this.#stopping !== undefined || this.#cancelPlan !== undefined) return;
    const wait = Math.max(GATHER, this.#planFrom - this.#clock.monotonic());
    this.#cancelPlan = this.#clock.after(wait, () => {
      this.#cancelPlan = undefined;
      if (this.#clock.monotonic() < this.#planFrom) this.#schedulePlan();
      else this.#plan();
    });
  }

  /** Decides anew who announces what, and brings wire and status in line. */
  #plan(): void {
    const snapshot = this.#snapshot;
    if (snapshot === undefined) return;
    const self = this.missing() === undefined ? [this.#node] : [];
    this.#alive = new Set([...this.#liveness.alive(this.#heartbeat.judgement()), ...self]);
    const addresses = this.#planner.plan({
      snapshot,
      alive: this.#alive,
      interfaces: this.#interfaces(),
      report: this.#report(),
      mayTake: this.#options.cluster === undefined || (this.#sight.sees() && !this.#status.failing),
      inCharge: new Set(this.#view.facts.keys()),
    });
    const own = this.#interfaceWatch?.current() ?? [];
    const reported = [...snapshot.speakers.values()].flatMap(({ status }) => status?.interfaces ?? []);
    this.#wire?.assign({
      ownMacs: macsOf(own),
      speakerMacs: macsOf([...reported, ...own]),
      loopback: this.#options.loopback,
      addresses,
      peers: this.#planner.peers,
    });
    this.#reportStatus();
    this.#watchLiveness();
  }

  #watchLiveness(): void {
    this.#cancelLiveness?.();
    this.#cancelLiveness = undefined;
    if (this.#stopping !== undefined) return;
    const next = this.#liveness.next(this.#heartbeat.judgement());
    if (next === undefined) return;
    const wait = Math.max(LIVENESS_PACE, next - this.#clock.monotonic());
    this.#cancelLiveness = this.#clock.after(wait, () => this.#schedulePlan());
  }

  #interfaces(): readonly NetworkInterface[] {
    return reportedInterfaces(this.#interfaceWatch?.current() ?? [], this.#snapshot?.advertisements.values() ?? []);
  }

  #report(): SpeakerReport {
    const wire = new Map([...this.#view.facts].filter(([address]) => !this.#planner.yielded.has(address)));
    const conflicts = this.#view.conflicts(this.#clock.wall());
    return buildReport({ interfaces: this.#interfaces(), duties: this.#planner.duties, wire, conflicts });
  }

  #reportStatus(): void {
    this.#metrics.announced([...this.#view.facts.values()].filter(({ state }) => state === 'Answering').length);
    if (this.#joined && this.#stopping === undefined) this.#status.report(this.#report());
  }
}
