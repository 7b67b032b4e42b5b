import type { Message } from '../../src/speaker/ownership/message.ts';
import { decodeMessage, encodeMessage } from '../../src/speaker/ownership/message-codec.ts';
import type { OwnershipAction } from '../../src/speaker/ownership/protocol.ts';
import type { OwnershipTiming } from '../../src/speaker/ownership/timing.ts';
import { Clock } from './clock.ts';
import { Invariants } from './invariants.ts';
import { Network, type Quality } from './network.ts';
import { PlanTruth } from './plan-truth.ts';
import type { Random } from './random.ts';
import { Sessions } from './sessions.ts';
import { SimNode, type Surface } from './sim-node.ts';
import type { Timeline } from './timeline.ts';

/** How a simulated segment begins. */
export interface SegmentOptions {
  readonly nodes: number;
  readonly addresses: number;
  readonly quality: Quality;
  readonly timing: OwnershipTiming;
  readonly holdOff: number;
  /** Whether messages go through the codec, signed. */
  readonly throughCodec: boolean;
  /** How late a node learns of a change of the plan, in milliseconds at most. */
  readonly planLag: number;
}

/** All machines of one network segment, with what runs on them and what goes between them. */
export class Segment implements Surface {
  readonly clock = new Clock();
  readonly network: Network;
  readonly sessions: Sessions;
  readonly truth: PlanTruth;
  readonly nodes = new Map<string, SimNode>();
  readonly invariants: Invariants;
  /** Nodes that hear nothing of the API server. */
  readonly outage = new Set<string>();
  /** Addresses that a stranger uses. */
  readonly strangers = new Set<string>();
  sent = 0;

  constructor(
    readonly options: SegmentOptions,
    readonly random: Random,
    readonly timeline: Timeline,
  ) {
    const { clock } = this;
    this.network = new Network(clock, random, options.quality, () => this.#refresh());
    this.sessions = new Sessions(
      clock,
      random,
      (from, to) => this.network.passes(from, to) && this.node(from).isAwake && this.node(to).isAwake,
      (node, peer, state) => {
        this.timeline.log(clock.now, node, () => `session with ${peer}: ${state}`);
        this.node(node).step(state === 'Late' ? { type: 'late', node: peer } : { type: 'session', node: peer, state });
      },
    );
    const names = Array.from({ length: options.nodes }, (_, index) => `n${index + 1}`);
    for (const [index, name] of names.entries()) {
      const mac = `02:00:00:00:00:${(index + 1).toString(16).padStart(2, '0')}`;
      this.nodes.set(name, new SimNode(name, mac, clock, random, options.timing, this));
    }
    this.truth = new PlanTruth([...this.nodes.values()], options.holdOff, random);
    for (let count = 1; count <= options.addresses; count++) {
      this.truth.add(`192.0.${2 + (count >> 8)}.${count & 255}`);
    }
    this.invariants = new Invariants(this);
  }

  node(name: string): SimNode {
    const node = this.nodes.get(name);
    if (node === undefined) throw new RangeError(`no node ${name}`);
    return node;
  }

  get names(): readonly string[] {
    return [...this.nodes.keys()];
  }

  /** Starts the speaker of a node; its plan comes from the API server, or from its snapshot. */
  start(name: string): void {
    const node = this.node(name);
    if (node.isRunning || !node.isPowered) return;
    this.network.touch(name);
    node.start();
    const life = node.lives;
    this.clock.after(this.random.between(1, 100), () => {
      if (node.lives !== life || this.outage.has(name)) {
        if (node.lives === life && node.plan !== undefined) node.step({ type: 'plan', plan: node.plan });
        return;
      }
      this.#deliverPlan(name);
    });
  }

  stop(name: string): void {
    this.node(name).stop();
    this.sessions.end(name);
    this.#refresh();
  }

  powerOff(name: string): void {
    const node = this.node(name);
    this.stop(name);
    node.isPowered = false;
    node.isSuspended = false;
    // What /run holds does not outlive the machine.
    node.held = [];
    node.plan = undefined;
    this.#attach(name);
  }

  powerOn(name: string): void {
    this.node(name).isPowered = true;
    this.#attach(name);
  }

  setCarrier(name: string, up: boolean): void {
    const node = this.node(name);
    node.hasCarrier = up;
    this.#attach(name);
    this.clock.after(this.random.between(0, 5), () => node.step({ type: 'carrier', up: node.hasCarrier }));
  }

  /** Takes every node's plan to what the API server holds, each in its own time. */
  publish(): void {
    for (const name of this.names) {
      const lag = this.random.between(1, Math.max(2, this.options.planLag));
      this.clock.after(lag, () => {
        if (!this.outage.has(name)) this.#deliverPlan(name);
      });
    }
  }

  endOutage(name: string): void {
    this.outage.delete(name);
    this.#deliverPlan(name);
  }

  act(node: SimNode, action: OwnershipAction): void {
    const { network, clock } = this;
    switch (action.do) {
      case 'send': {
        const message = this.options.throughCodec ? recode(action.message) : action.message;
        for (const to of action.to) {
          this.sent++;
          network.send(node.name, to, () => this.node(to).step({ type: 'message', message }));
        }
        if (action.message.body.type === 'Offer') this.invariants.offered(action.message.body);
        if (action.message.body.type !== 'Hello') {
          const { body, version } = action.message;
          this.timeline.log(clock.now, node.name, () => `to ${action.to}: v${version} ${JSON.stringify(body)}`);
        }
        break;
      }
      case 'announce':
        this.timeline.log(clock.now, node.name, () => `announces ${action.address}`);
        this.#announce(node, action.address);
        clock.after(100, () => {
          if (node.isAwake && node.answers.get(action.address) === node.name) this.#announce(node, action.address);
        });
        break;
      case 'probe':
        this.#probe(node, action.address);
        break;
      case 'ask':
        this.#ask(node, action.node, action.address);
        break;
      case 'watch':
        this.sessions.watch(node.name, action.nodes);
        break;
      case 'report':
        this.timeline.log(
          clock.now,
          node.name,
          () => `${action.address}: ${action.role}, ${action.cause}${action.node ? ` (${action.node})` : ''}`,
        );
        this.invariants.reported(node, action);
        break;
      case 'answer':
      case 'silence':
        break;
    }
  }

  changed(node: SimNode, address: string | undefined): void {
    this.invariants.changed(node, address);
    if (address === undefined) this.sessions.refreshAll();
  }

  #announce(from: SimNode, address: string): void {
    for (const to of this.names) {
      if (to === from.name) continue;
      this.network.send(from.name, to, () => this.node(to).step({ type: 'heard', address, node: from.name }));
    }
  }

  #probe(from: SimNode, address: string): void {
    const { clock, random, network } = this;
    if (this.strangers.has(address)) {
      clock.after(random.between(1, 5), () => {
        if (network.isAttached(from.name)) from.step({ type: 'heard', address, node: undefined });
      });
    }
    for (const to of this.names) {
      if (to === from.name) continue;
      network.send(from.name, to, () => {
        const answerer = this.node(to);
        const as = answerer.isAwake ? answerer.answers.get(address) : undefined;
        if (as === undefined || as === from.name) return;
        network.send(to, from.name, () => from.step({ type: 'heard', address, node: as }));
      });
    }
  }

  #ask(from: SimNode, to: string, address: string | undefined): void {
    const { network } = this;
    this.timeline.log(this.clock.now, from.name, () => `asks ${to} for ${address ?? 'its own address'}`);
    network.send(from.name, to, () => {
      const asked = this.node(to);
      if (!asked.isForwarding) return;
      network.send(to, from.name, () => from.step({ type: 'answered', node: to, by: 'Kernel' }));
      if (address === undefined || !asked.isAwake || asked.answers.get(address) !== to) return;
      network.send(to, from.name, () => from.step({ type: 'answered', node: to, by: 'Speaker' }));
    });
  }

  #deliverPlan(name: string): void {
    const node = this.node(name);
    if (!node.isRunning) return;
    const plan = this.truth.planFor(name);
    node.plan = plan;
    node.step({ type: 'plan', plan });
  }

  #attach(name: string): void {
    const node = this.node(name);
    this.network.setOff(name, !node.isPowered || !node.hasCarrier);
  }

  #refresh(): void {
    this.sessions?.refreshAll();
    this.invariants?.changed(undefined, undefined);
  }
}

const KEYS = { secrets: [Uint8Array.of(1, 2, 3)], segment: '192.0.2.0/24' };

function recode(message: Message): Message {
  const decoded = decodeMessage(encodeMessage(message, KEYS), KEYS);
  if (!decoded.ok) throw new Error(`a message of ours is dropped: ${decoded.drop}: ${JSON.stringify(message)}`);
  return decoded.message;
}
