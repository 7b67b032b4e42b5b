import { DEFAULT_TIMING } from '../ownership/timing.ts';
import type { WirePorts } from './ports.ts';

/**
 * Seconds until the kernel removes an address that nobody renews. What a killed process leaves behind has to outlast the
 * time in which others answer for this node, since its connections live that long.
 */
export const LOOPBACK_VALIDITY = DEFAULT_TIMING.caretaking / 1000 + 5;
/** Seconds for which what has moved to another node is still accepted from those who have not heard of it. */
export const HANDED_OVER_VALIDITY = 3;

/** Milliseconds after which an address is renewed: what is left of its time then is still enough. */
export const RENEWAL = 3000;
/**
 * Milliseconds after which a portion of renewals ends: to renew one takes 0.05 to 0.1 ms (measured), and several times that
 * where others change interfaces of this kernel, so that 500 in one go kept the thread from its BFD sessions.
 */
const BUDGET = 5;
/** Milliseconds until the next portion at the latest. */
const PAUSE = 100;

/** The addresses that this process keeps alive on `lo`. */
export class LoopbackAddresses {
  readonly #ports: WirePorts;
  /** When each is due to be renewed, on the monotonic clock, the earliest first. */
  readonly #kept = new Map<string, number>();
  /** When each is to be removed, the earliest first. */
  readonly #left = new Map<string, number>();
  /** Addresses whose failure is already reported. */
  readonly #failing = new Set<string>();
  #portionBegan = Number.NEGATIVE_INFINITY;

  constructor(ports: WirePorts) {
    this.#ports = ports;
  }

  /** Puts the address there and keeps it. */
  keep(address: string): void {
    if (this.#kept.has(address)) return;
    this.#left.delete(address);
    this.#keep(address);
  }

  /**
   * Leaves the address there for so many seconds. It is not left to the kernel to remove it when they are over: an address
   * that is put there again just then is removed as well where the kernel, which compares with a time from before it waited
   * for its lock, takes it for one of the past (check_lifetime in Linux 6.18; measured: 3 s of silence, until its renewal).
   */
  leave(address: string, seconds: number): void {
    if (!this.#kept.delete(address)) return;
    this.#failing.delete(address);
    // For longer it stays there only where this process ends.
    if (seconds < LOOPBACK_VALIDITY) this.#left.set(address, this.#now() + seconds * 1000);
  }

  /** This process ends. `isCaredFor`: what was left stays for a moment; or else the kernel might answer for it. */
  removeLeft(isCaredFor: boolean): void {
    for (const address of this.#left.keys()) {
      if (isCaredFor) this.#put(address, HANDED_OVER_VALIDITY);
      else this.#takeOff(address);
    }
    this.#left.clear();
  }

  remove(address: string): void {
    if (!this.#kept.delete(address)) return;
    this.#failing.delete(address);
    this.#takeOff(address);
  }

  #takeOff(address: string): void {
    try {
      this.#ports.removeLoopbackAddress(address);
    } catch (error) {
      this.#report(address, error);
    }
  }

  /** When {@link renew} is to be called at the latest, on the monotonic clock; Infinity for never. */
  next(): number {
    const [left = Number.POSITIVE_INFINITY] = this.#left.values();
    const [kept = Number.POSITIVE_INFINITY] = this.#kept.values();
    return Math.max(Math.min(left, kept), this.#portionBegan + PAUSE);
  }

  /** Removes and renews a portion of those that are due. */
  renew(): void {
    const began = this.#now();
    this.#portionBegan = began;
    for (const [address, dueAt] of this.#left) {
      if (dueAt > began || this.#now() - began > BUDGET) break;
      this.#left.delete(address);
      this.#takeOff(address);
    }
    for (const [address, dueAt] of this.#kept) {
      if (dueAt > began || this.#now() - began > BUDGET) return;
      this.#keep(address);
    }
  }

  #keep(address: string): void {
    this.#kept.delete(address);
    this.#kept.set(address, this.#now() + RENEWAL);
    this.#put(address);
  }

  #now(): number {
    return this.#ports.clock.monotonic();
  }

  #put(address: string, seconds = LOOPBACK_VALIDITY): void {
    try {
      this.#ports.putLoopbackAddress(address, seconds);
      this.#failing.delete(address);
    } catch (error) {
      if (!this.#failing.has(address)) this.#report(address, error);
      this.#failing.add(address);
    }
  }

  #report(address: string, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#ports.send({ type: 'fault', message: `address ${address} on lo: ${reason}` });
  }
}
