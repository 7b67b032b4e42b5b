import { isDeepStrictEqual } from 'node:util';
import type { Registry } from 'prom-client';
import { healthBar } from '../../announcement/eligibility.ts';
import { type LabelledNode, labelledNode } from '../../announcement/nodes.ts';
import { IPAddressPoolKind } from '../../api/ip-address-pool.ts';
import { NodeKind } from '../../api/kubernetes/node.ts';
import type { KubernetesObject } from '../../api/object.ts';
import type { SpeakerReport } from '../../api/speaker-status.ts';
import type { Prefix } from '../../ip/prefix.ts';
import type { Logger } from '../../log/logger.ts';
import { timeExceededSent } from '../../os/icmp-statistics.ts';
import type { NetworkInterface } from '../../os/interfaces.ts';
import { readPasswordFile } from '../../os/password-file.ts';
import type { Store } from '../../store/store.ts';
import { readInterfaces } from '../bgp/session/next-hops.ts';
import { Changes, isOfService } from '../changes.ts';
import { BgpMetrics } from '../metrics/bgp.ts';
import type { Snapshot } from '../snapshot.ts';
import type { AssignedPeer, SessionReport } from '../wire/bgp-messages.ts';
import { type Clock, every } from '../wire/clock.ts';
import type { StopReason, ToWire } from '../wire/messages.ts';
import { BgpRoutes, changesByPeer } from './bgp-routes.ts';
import { BgpSnapshot } from './bgp-snapshot.ts';
import { BouncingTraffic } from './bouncing-traffic.ts';
import { endedSessions } from './ended-sessions.ts';
import { type PeerObstacle, PeerObstacles } from './peer-obstacles.ts';
import { PeerPasswords } from './peer-passwords.ts';
import { findVrf } from './peer-vrf.ts';
import { lastingInterfaces, sessionInterfaces } from './session-interfaces.ts';
import { logSession } from './session-log.ts';
import type { Unserved } from './unserved.ts';

/** Milliseconds between looks at files with passwords. */
const LOOK_AT_FILES = 5000;
/** Milliseconds between the word that a node is about to go and its withdrawals (RFC 8326 section 4.2). */
const DRAIN = 5000;

type Sessions = NonNullable<SpeakerReport['sessions']>;

export interface BgpSpeakerOptions {
  readonly store: Pick<Store, 'watch'>;
  readonly node: string;
  /** In a cluster nothing is decided without the Node. */
  readonly needsNode: boolean;
  readonly loadBalancerClass: string | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
  /** Rejects what arrives for advertised prefixes and nobody serves; undefined where that is not asked for. */
  readonly unserved?: Unserved | undefined;
  /** How many packets have ended their TTL on this node so far; the kernel's own count where absent. */
  readonly timeExceeded?: (() => number) | undefined;
  /** Those of this node at present. */
  interfaces(): readonly NetworkInterface[];
  post(message: ToWire): void;
  /** {@link BgpSpeaker.sessions} has changed. */
  onReport(): void;
}

/** What this node advertises over BGP: the main thread's part. A change of one Service costs what it touches. */
export class BgpSpeaker {
  readonly #options: BgpSpeakerOptions;
  readonly #objects: BgpSnapshot;
  readonly routes: BgpRoutes;
  readonly #metrics: BgpMetrics;
  readonly #passwords = new PeerPasswords(readPasswordFile);
  readonly #cancelFiles: () => void;
  #snapshot: Snapshot | undefined;
  readonly #changes = new Changes();
  #synced = false;
  #isStopped = false;
  #cancelPlan: (() => void) | undefined;
  /** Peers whose routes the worker has. */
  #assigned: ReadonlySet<string> = new Set();
  readonly #obstacles: PeerObstacles;
  readonly #bouncing: BouncingTraffic;
  #reports: readonly SessionReport[] = [];
  /** The sessions that the worker was last told, as text. */
  #sent: string | undefined;
  /** The interfaces that the sessions were last assigned by. */
  #lasting: readonly NetworkInterface[] = [];
  /** When a node that drains withdraws, on the monotonic clock. */
  #withdrawAt: number | undefined;

  constructor(options: BgpSpeakerOptions) {
    this.#options = options;
    this.#metrics = new BgpMetrics(options.registry);
    this.routes = new BgpRoutes(options.loadBalancerClass);
    this.#objects = new BgpSnapshot(options.store, () => this.changed());
    const { clock, logger, unserved, timeExceeded: count = timeExceededSent } = options;
    this.#obstacles = new PeerObstacles(clock, logger);
    this.#bouncing = new BouncingTraffic({
      ...{ clock, count, metrics: this.#metrics },
      isExposed: () => unserved === undefined && this.#reports.some(({ advertised }) => advertised > 0),
      onChange: options.onReport,
    });
    this.#cancelFiles = every(options.clock, LOOK_AT_FILES, () => {
      if (this.routes.peerings.some(({ password }) => password?.from === 'File')) this.#assign();
    });
  }

  /** All that the store has of Services, nodes, pools and endpoints is here. */
  begin(snapshot: Snapshot): void {
    this.#snapshot = snapshot;
    void this.#objects.synced.then(() => {
      this.#synced = true;
      this.#schedule();
    });
  }

  /** An object has changed that routes may be made of; undefined for something that concerns all. */
  changed(object?: KubernetesObject, former?: KubernetesObject): void {
    if (object === undefined) this.#changes.addAll();
    else if (this.#concerns(object)) this.#changes.add(object, former);
    else return;
    this.#schedule();
  }

  /** The interfaces of the node have changed. */
  interfacesChanged(): void {
    if (this.#sent === undefined || this.#isStopped) return;
    if (isDeepStrictEqual(lastingInterfaces(this.#options.interfaces()), this.#lasting)) return;
    this.#assign();
    this.#options.unserved?.replace(this.routes.prefixes(), this.#networks());
  }

  /** The worker is a new one: tells it everything. */
  tellAgain(): void {
    if (this.#sent === undefined) return;
    this.#sent = undefined;
    this.#assigned = new Set();
    this.#assign();
  }

  /** The worker tells of its sessions. */
  report(reports: readonly SessionReport[]): void {
    const before = new Map(this.#reports.map((each) => [each.peer, each]));
    this.#reports = reports;
    this.#metrics.set(reports);
    for (const report of reports) logSession(this.#options.logger, report, before.get(report.peer));
    this.#options.onReport();
  }

  /** The worker is gone, and its sessions with it. */
  lost(): void {
    this.#reports = [];
    this.#metrics.set([]);
  }

  /** As the status of the node has them. */
  sessions(): Sessions {
    const own = this.#reports.map(({ since, lastError, bfd, received: _received, ...rest }) => ({
      ...rest,
      since: new Date(since).toISOString(),
      ...(lastError && { lastError: { ...lastError, at: new Date(lastError.at).toISOString() } }),
      ...(bfd && { bfd }),
    }));
    return [...own, ...this.#obstacles.sessions].sort((a, b) => (a.peer < b.peer ? -1 : 1));
  }

  /** Since when packets end their TTL here while the node advertises, RFC 3339; undefined where they do not. */
  bouncingSince(): string | undefined {
    const { since } = this.#bouncing;
    return since === undefined ? undefined : new Date(since).toISOString();
  }

  /** {@link sessions} as they are once the speaker has ended. */
  endedSessions(reason: StopReason): Sessions {
    const at = new Date(this.#options.clock.wall()).toISOString();
    return endedSessions(this.sessions(), this.routes.peerings, reason, at);
  }

  /** Sessions go on until the worker ends them; nothing is planned any more. */
  stop(): void {
    this.#isStopped = true;
    this.#cancelPlan?.();
    this.#cancelFiles();
    this.#obstacles.stop();
    this.#bouncing.stop();
    this.#objects.stop();
  }

  /** The worker has ended the sessions. Resolves when routers have had time to take that in. */
  async sessionsEnded(): Promise<void> {
    await this.#options.unserved?.end();
  }

  #concerns(object: KubernetesObject): boolean {
    if (object.kind === NodeKind.kind) return object.metadata.name === this.#options.node;
    return isOfService(object) || object.kind === IPAddressPoolKind.kind;
  }

  #schedule(): void {
    if (!this.#synced || this.#isStopped || this.#cancelPlan !== undefined) return;
    this.#cancelPlan = this.#options.clock.after(0, () => {
      this.#cancelPlan = undefined;
      this.#plan();
    });
  }

  #plan(): void {
    const snapshot = this.#snapshot;
    const { node, needsNode, post } = this.#options;
    const object = snapshot?.nodes.get(node);
    if (snapshot === undefined || (needsNode && object === undefined)) return;
    const changed = this.#changes.take();
    const { services, endpointSlices } = snapshot;
    if (changed !== 'All') {
      const changes = [...changed].flatMap((key) => this.routes.change(key, services.get(key), snapshot.slicesOf(key)));
      for (const { prefix } of changes) {
        this.#options.unserved?.set(prefix, this.routes.isAdvertised(prefix), this.#networks());
      }
      const told = changes.filter(({ peer }) => this.#assigned.has(peer));
      for (const message of changesByPeer(told)) post({ type: 'routes', ...message });
      // Of routes that change the worker tells, and of nothing else.
      if (told.length === 0) this.#options.onReport();
      return;
    }
    const { peers, advertisements, profiles, communities } = this.#objects;
    const objects = {
      peers: [...peers.values()],
      advertisements: [...advertisements.values()],
      profiles: [...profiles.values()],
      communities: [...communities.values()],
      pools: [...snapshot.pools.values()],
    };
    const self = labelledNode(node, object);
    const isShuttingDown = this.#isShuttingDown(self);
    this.routes.replace({ objects, node: self, services, endpointSlices, isShuttingDown });
    this.#options.unserved?.replace(this.routes.prefixes(), this.#networks());
    this.#assigned = new Set();
    this.#assign();
  }

  /** The networks that this node is in. */
  #networks(): readonly Prefix[] {
    const local = this.#options.interfaces().filter(({ loopback }) => !loopback);
    return readInterfaces(local).flatMap(({ prefixes }) => prefixes);
  }

  /** Tells the worker which sessions there are to be, unless it knows. */
  #assign(): void {
    const { interfaces, post, onReport } = this.#options;
    const peers: AssignedPeer[] = [];
    const obstacles: PeerObstacle[] = [];
    const secrets = this.#objects.secrets();
    for (const peering of this.routes.peerings) {
      const { password: _password, vrf: name, ...rest } = peering;
      const { peer, address = '' } = rest;
      const found = this.#passwords.find(peering, secrets);
      const vrf = name === undefined ? undefined : findVrf(name, interfaces());
      const missing = found.ok ? found.fault : found.message;
      if (typeof vrf === 'string') obstacles.push({ peer, address, cause: 'NoVRF', text: vrf, goesOn: false });
      else if (missing !== undefined) {
        obstacles.push({ peer, address, cause: 'NoPassword', text: missing, goesOn: found.ok });
      }
      if (typeof vrf !== 'string' && found.ok) peers.push({ ...rest, vrf, password: found.password });
    }
    this.#passwords.keep(new Set(this.routes.peerings.map(({ peer }) => peer)));
    this.#obstacles.replace(obstacles);
    const names = new Set(peers.map(({ peer }) => peer));
    for (const table of this.routes.tables((peer) => names.has(peer) && !this.#assigned.has(peer))) {
      post({ type: 'routes', ...table });
    }
    this.#assigned = names;
    this.#lasting = lastingInterfaces(interfaces());
    const local = sessionInterfaces(this.#lasting, peers);
    const text = JSON.stringify([peers, local]);
    if (text !== this.#sent) post({ type: 'sessions', peers, interfaces: local });
    this.#sent = text;
    onReport();
  }

  /** A node that begins to drain tells so for a while, so that traffic goes elsewhere before its routes do. */
  #isShuttingDown(node: LabelledNode): boolean {
    const { clock } = this.#options;
    if (healthBar(node)?.reason !== 'NodeDraining') {
      this.#withdrawAt = undefined;
      return false;
    }
    if (this.#withdrawAt === undefined) {
      // At the start nobody was told anything.
      const wait = this.#sent === undefined ? 0 : DRAIN;
      this.#withdrawAt = clock.monotonic() + wait;
      if (wait > 0) clock.after(wait, () => this.changed());
    }
    return clock.monotonic() < this.#withdrawAt;
  }
}
