import { randomUUID } from 'node:crypto';
import { healthBar } from '../announcement/eligibility.ts';
import type { SpeakerStatus } from '../api/speaker-status.ts';
import { statusOf } from '../http/status-of.ts';
import type { Logger } from '../log/logger.ts';
import { type InterfaceWatch, type NetworkInterface, watchInterfaces } from '../os/interfaces.ts';
import { readSysctl, writeSysctl } from '../os/sysctl.ts';
import { attemptTcp } from '../os/tcp-attempt.ts';
import type { WatchEvent } from '../store/store.ts';
import { Heartbeat } from './lease/heartbeat.ts';
import { SpeakerLease } from './lease/speaker-lease.ts';
import { HeldFile } from './memory/held-file.ts';
import { RUN_DIRECTORY } from './memory/next-life-file.ts';
import { ObjectsFile } from './memory/objects-file.ts';
import { RememberingStore } from './memory/remembering-store.ts';
import { SpeakerMetrics } from './metrics/speaker.ts';
import { raiseArpSysctls } from './node/arp-sysctls.ts';
import { HealthChecks } from './node/health-checks.ts';
import { OwnNode } from './node/own-node.ts';
import { ProxyHealth } from './node/proxy-health.ts';
import { BgpSpeaker } from './peering/bgp-speaker.ts';
import { openUnserved } from './peering/unserved.ts';
import { Planner } from './plan/planner.ts';
import { Planning } from './plan/planning.ts';
import { reportedInterfaces } from './report/reported-interfaces.ts';
import { Reporting } from './report/reporting.ts';
import { StatusWriter, TIMES_INTERVAL } from './report/status-writer.ts';
import { Snapshot } from './snapshot.ts';
import type { Speaker, SpeakerOptions } from './speaker.ts';
import { type Clock, every, systemClock } from './wire/clock.ts';
import type { FromWire, StopReason } from './wire/messages.ts';
import { WireControl, wireThreadAt } from './wire-thread/control.ts';
import { WireLog } from './wire-thread/log.ts';
import { WireView } from './wire-thread/view.ts';

/** Milliseconds that the end waits for the last status of a node that is to come back. */
const LAST_WORD = 100;

/**
 * Starts the speaker of this node. It joins the others in the background, as soon as the store lets it.
 *
 * @throws SystemError when the kernel does not tell the interfaces.
 */
export async function startSpeaker(options: SpeakerOptions): Promise<Speaker> {
  const speaker = new NodeSpeaker(options);
  await speaker.start();
  return speaker;
}

/** See {@link startSpeaker}. */
export class NodeSpeaker implements Speaker {
  readonly joined: Promise<void>;
  #resolveJoined = () => {};
  readonly #options: SpeakerOptions;
  readonly #node: string;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #metrics: SpeakerMetrics;
  readonly #planner: Planner;
  readonly #view = new WireView();
  readonly #log: WireLog;
  readonly #status: StatusWriter;
  readonly #heartbeat: Heartbeat;
  readonly #heldFile: HeldFile;
  readonly #memory: RememberingStore;
  readonly #ownNode: OwnNode;
  readonly #bgp: BgpSpeaker;
  readonly #reporting: Reporting;
  readonly #planning: Planning;
  /** There is none without a cluster. */
  readonly #proxy: ProxyHealth | undefined;
  /** In a cluster EndpointSlices say who serves what. */
  readonly #checks: HealthChecks | undefined;
  #snapshot: Snapshot | undefined;
  #wire: WireControl | undefined;
  #interfaceWatch: InterfaceWatch | undefined;
  #restoreSysctls: () => void = () => {};
  #cancelRefresh: (() => void) | undefined;
  #joined = false;
  /** The store is out of reach, and what the last life knew of it stands in. */
  #isFromMemory = false;
  #stopping: Promise<void> | undefined;

  constructor(options: SpeakerOptions) {
    this.#options = options;
    this.#node = options.nodeName;
    this.joined = new Promise((resolve) => {
      this.#resolveJoined = resolve;
    });
    const { store, logger, isCluster = false, clock = systemClock } = options;
    this.#clock = clock;
    this.#logger = logger;
    this.#metrics = new SpeakerMetrics(options.registry);
    this.#planner = new Planner(this.#node, options.loadBalancerClass, options.peersFromNodes);
    if (isCluster)
      this.#proxy = new ProxyHealth(clock, options.askStatus ?? statusOf, () => this.#planning.allChanged());
    else this.#checks = new HealthChecks(clock, options.attempt ?? attemptTcp, () => this.#planning.allChanged());
    this.#log = new WireLog(logger, this.#metrics, (address) => this.#planner.servicesOf(address));
    this.#status = new StatusWriter({ store, node: this.#node, needsNode: isCluster, clock, logger });
    const { runDirectory = RUN_DIRECTORY } = options;
    this.#heldFile = new HeldFile(runDirectory, this.#node, logger);
    const file = new ObjectsFile(runDirectory, this.#node, logger);
    this.#memory = new RememberingStore({ store, file, clock, onStandIn: () => this.#onStandIn() });
    this.#ownNode = new OwnNode(this.#node, isCluster, logger, () => this.#heartbeat.start());
    this.#bgp = new BgpSpeaker({
      ...{ store: this.#memory, clock, logger, needsNode: isCluster, node: this.#node, registry: options.registry },
      loadBalancerClass: options.loadBalancerClass,
      unserved: openUnserved({ ...options, clock }),
      timeExceeded: options.timeExceeded,
      interfaces: () => this.#interfaceWatch?.current() ?? [],
      post: (message) => this.#wire?.post(message),
      onReport: () => this.#reporting.changed(),
    });
    this.#reporting = new Reporting(
      {
        ...{
          node: this.#node,
          clock,
          planner: this.#planner,
          view: this.#view,
          bgp: this.#bgp,
          metrics: this.#metrics,
        },
        interfaces: () => this.#interfaces(),
      },
      (compose) => {
        if (this.#joined && this.#stopping === undefined) this.#status.report(compose());
      },
    );
    this.#planning = new Planning({
      ...{ clock, planner: this.#planner, view: this.#view, loopback: options.loopback, checks: this.#checks },
      snapshot: () => (this.#joined || this.#isFromMemory ? this.#snapshot : undefined),
      interfaces: () => this.#interfaceWatch?.current() ?? [],
      circumstances: () => ({
        isFit: this.missing() === undefined,
        candidates: this.#interfaces(),
        bar: this.#proxy?.bar(),
      }),
      post: (message) => this.#wire?.post(message),
      onPlan: () => this.#reporting.changed(),
    });
    this.#heartbeat = new Heartbeat({
      lease: new SpeakerLease(store, this.#node, `${this.#node}_${randomUUID()}`),
      clock,
      logger,
      join: () => this.#status.write(this.#reporting.now()),
      onJoined: () => this.#onJoined(),
    });
  }

  async start(): Promise<void> {
    const { interfaces = watchInterfaces, sysctl = { read: readSysctl, write: writeSysctl } } = this.#options;
    const { startWire = wireThreadAt(new URL('./wire-worker.js', import.meta.url)) } = this.#options;
    this.#interfaceWatch = await interfaces(
      () => this.#onInterfaces(),
      (error) => this.#logger.warn(error.message),
    );
    if (this.#options.loopback) this.#restoreSysctls = raiseArpSysctls(sysctl, this.#logger);
    this.#wire = new WireControl({
      ...{ start: startWire, clock: this.#clock, logger: this.#logger },
      beginning: {
        node: this.#node,
        held: this.#heldFile.read(this.#clock.wall()),
        secrets: this.#options.messageSecrets,
      },
      assignment: () => this.#planning.assignment(),
      onMessage: (message) => this.#onWire(message),
      onLost: () => this.#onWireLost(),
      onStarted: () => this.#bgp.tellAgain(),
    });
    this.#cancelRefresh = every(this.#clock, TIMES_INTERVAL, () => this.#reporting.aged());
    const snapshot = new Snapshot(this.#memory, {
      onChange: (...change) => this.#onChange(...change),
      onSpeakerStatus: (event) => this.#onSpeakerStatus(event),
    });
    this.#snapshot = snapshot;
    void snapshot.synced.then(() => this.#bgp.begin(snapshot));
    void snapshot.synced.then(() => {
      if (this.#stopping !== undefined) return;
      this.#ownNode.look(snapshot.nodes);
      this.#planning.schedule();
    });
  }

  ready(): boolean {
    return this.#joined && this.#stopping === undefined && this.missing() === undefined;
  }

  missing(): string | undefined {
    return this.#ownNode.missing();
  }

  trouble(): string | undefined {
    return this.#heartbeat.trouble();
  }

  stop(reason: StopReason): Promise<void> {
    this.#stopping ??= this.#stop(reason);
    return this.#stopping;
  }

  async #stop(reason: StopReason): Promise<void> {
    this.#planning.stop();
    this.#cancelRefresh?.();
    this.#reporting.stop();
    this.#status.stop();
    this.#proxy?.stop();
    this.#checks?.stop();
    const last = { ...this.#reporting.now(), sessions: this.#bgp.endedSessions(reason) };
    this.#bgp.stop();
    // A session that is over must not look Established until the next life: told while the worker says farewell.
    const told = this.#joined ? this.#status.writeLast(last) : undefined;
    const isCaredFor = (await this.#wire?.stop(this.#isBarred() ? 'Leave' : reason)) ?? false;
    const cleared = this.#bgp.sessionsEnded();
    this.#snapshot?.stop();
    await this.#heartbeat.stop(!isCaredFor);
    if (this.#joined && !isCaredFor) {
      await this.#status.writeLast({ ...last, l2: [], withheld: [], conflicts: [] });
    } else {
      await Promise.race([told, new Promise<void>((resolve) => this.#clock.after(LAST_WORD, resolve))]);
    }
    await this.#memory.stop();
    await this.#heldFile.settled();
    await cleared;
    this.#interfaceWatch?.stop();
    // While others answer in our name, the kernel must not.
    if (!isCaredFor) this.#restoreSysctls();
  }

  /** Whether this node is not to come back to what it answers for. */
  #isBarred(): boolean {
    const object = this.#snapshot?.nodes.get(this.#node);
    if (object === undefined) return this.missing() !== undefined;
    const bar = healthBar({ name: this.#node, object, labels: {} });
    return bar?.reason === 'NodeDraining' || bar?.reason === 'NodeExcluded';
  }

  #onJoined(): void {
    this.#joined = true;
    this.#resolveJoined();
    this.#logger.info('joined the other speakers', { node: this.#node });
    this.#planning.allChanged();
  }

  /** Who knew this node before still does: it need not join them anew to answer for what it answered for. */
  #onStandIn(): void {
    this.#isFromMemory = true;
    this.#logger.warn('The store does not answer: going on with what this node last knew of it.', { node: this.#node });
  }

  #onInterfaces(): void {
    this.#planning.interfacesChanged();
    this.#bgp.interfacesChanged();
  }

  #onChange(...change: Parameters<Planning['changed']>): void {
    if (this.#stopping !== undefined || this.#snapshot === undefined) return;
    this.#bgp.changed(...change);
    this.#ownNode.look(this.#snapshot.nodes);
    this.#planning.changed(...change);
  }

  #onSpeakerStatus({ type, object }: WatchEvent<SpeakerStatus>): void {
    if (object.metadata.name === this.#node && type === 'DELETED' && this.#joined) this.#status.invalidate();
  }

  #onWire(message: FromWire): void {
    if (message.type === 'report') {
      this.#metrics.count(message.counters);
      const news = this.#view.apply(message, this.#clock.wall());
      this.#log.tell(news);
      if (message.roles.length + message.claims.length + message.witnesses.length > 0) this.#reporting.changed();
    } else if (message.type === 'held') {
      this.#heldFile.write(message.held, this.#clock.wall());
    } else if (message.type === 'sessions') {
      this.#bgp.report(message.sessions);
    } else {
      this.#log.relay(message);
    }
  }

  #onWireLost(): void {
    this.#metrics.workerEnded();
    this.#log.clear();
    this.#view.clear();
    this.#bgp.lost();
    this.#reporting.changed();
    this.#planning.allChanged();
  }

  #interfaces(): readonly NetworkInterface[] {
    return reportedInterfaces(this.#interfaceWatch?.current() ?? [], this.#snapshot?.advertisements.values() ?? []);
  }
}
