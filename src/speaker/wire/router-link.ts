import { parseMac } from '../arp/mac-address.ts';
import {
  type Advertiser,
  decodeRouterMessage,
  encodeRouterMessage,
  type RouterAdvertisement,
  type RouterDecodeDrop,
  routerAdvertisement,
  routerSolicitation,
} from '../ndp/router-message.ts';
import { RouterNeighbours } from '../ndp/router-neighbours.ts';
import { RouterSchedule } from '../ndp/router-schedule.ts';
import { ALL_ROUTERS } from '../ndp/solicited-node.ts';
import type { FrameSocket, GroupSocket, WirePorts } from './ports.ts';
import { WireTimer } from './timer.ts';

/** An interface with a router on its other end, and how we are known there. */
export interface RouterLinkTarget {
  readonly name: string;
  readonly index: number;
  /** As text. */
  readonly mac: string;
  /** Our link-local address, as an integer. */
  readonly address: bigint;
}

/** What the links share. */
export interface RouterLinkSurroundings {
  readonly ports: WirePorts;
  /** {@link RouterLink.routers} has changed. */
  onChange(): void;
  /** A frame was no message that we can read. */
  onDrop(reason: RouterDecodeDrop): void;
}

/** Advertises this node on one interface, and hears who else does. */
export class RouterLink {
  readonly #target: RouterLinkTarget;
  readonly #own: Advertiser;
  readonly #surroundings: RouterLinkSurroundings;
  readonly #neighbours = new RouterNeighbours();
  readonly #schedule: RouterSchedule;
  readonly #timer: WireTimer;
  readonly #groups: GroupSocket;
  #socket: FrameSocket | undefined;
  #joined = false;
  /** The failure reported last, so that one that lasts is reported once. */
  #fault = '';

  constructor(target: RouterLinkTarget, surroundings: RouterLinkSurroundings) {
    const { ports } = surroundings;
    this.#target = target;
    this.#own = { address: target.address, mac: parseMac(target.mac) };
    this.#surroundings = surroundings;
    this.#schedule = new RouterSchedule(this.#now(), ports.random());
    this.#timer = new WireTimer(ports.clock, () => this.#step());
    this.#groups = ports.openGroups(target.index);
  }

  /** The link-local addresses of those that advertise themselves. */
  get routers(): readonly bigint[] {
    return this.#neighbours.addresses();
  }

  /** Why nothing can be sent or heard at present. */
  get fault(): string {
    return this.#fault;
  }

  isAt({ index, mac, address }: RouterLinkTarget): boolean {
    return this.#target.index === index && this.#target.mac === mac && this.#target.address === address;
  }

  /** Opens what is not open; a failure is reported and can be retried. */
  open(): void {
    try {
      // Switches that listen to MLD hand on what is for all routers to those alone who have joined.
      if (!this.#joined) this.#groups.join(ALL_ROUTERS);
      this.#joined = true;
      this.#socket ??= this.#surroundings.ports.openRouterSocket(this.#target.index, {
        onFrame: (frame) => this.#receive(frame),
        onError: (error) => this.#fail(error),
      });
    } catch (error) {
      this.#report(error);
      return;
    }
    this.#step();
  }

  close(): void {
    this.#timer.cancel();
    this.#groups.close();
    this.#socket?.close();
    this.#socket = undefined;
  }

  #receive(frame: Uint8Array): void {
    const decoded = decodeRouterMessage(frame);
    this.#fault = '';
    if (!decoded.ok) {
      this.#surroundings.onDrop(decoded.drop);
      return;
    }
    const { message } = decoded;
    const isOwn = message.source === this.#own.mac || message.sourceAddress === this.#own.address;
    if (isOwn) return;
    if (message.type === 'RouterAdvertisement') this.#heard(message);
    else this.#schedule.solicited(this.#now(), this.#surroundings.ports.random());
    this.#arm();
  }

  #heard({ sourceAddress: address, source: mac, lifetime }: RouterAdvertisement): void {
    const now = this.#now();
    if (this.#neighbours.heard({ address, mac, lifetime }, now) !== 'New') return;
    this.#schedule.found();
    if (this.#neighbours.addresses().length > 1) this.#schedule.ask(now);
    // It has just come up, and knows nobody here.
    this.#schedule.solicited(now, this.#surroundings.ports.random());
    this.#surroundings.onChange();
  }

  #step(): void {
    const now = this.#now();
    const hasLost = this.#neighbours.expire(now);
    if (this.#neighbours.addresses().length === 0) this.#schedule.lost(now);
    for (const duty of this.#schedule.take(now, this.#surroundings.ports.random())) {
      const message = duty === 'Advertise' ? routerAdvertisement(this.#own) : routerSolicitation(this.#own);
      this.#socket?.send(encodeRouterMessage(message));
    }
    this.#arm();
    if (hasLost) this.#surroundings.onChange();
  }

  #arm(): void {
    if (this.#socket === undefined) this.#timer.cancel();
    else this.#timer.set(Math.min(this.#schedule.next(), this.#neighbours.next()));
  }

  #fail(error: Error & { readonly code?: string | undefined }): void {
    this.#report(error);
    this.#socket?.close();
    this.#socket = undefined;
    this.#timer.cancel();
  }

  #report(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason === this.#fault) return;
    this.#fault = reason;
    this.#surroundings.ports.send({ type: 'fault', message: `router advertisements: ${reason}` });
  }

  #now(): number {
    return this.#surroundings.ports.clock.monotonic();
  }
}
