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

/** The addresses that this process keeps alive on `lo`. */
export class LoopbackAddresses {
  readonly #ports: WirePorts;
  /** When each is due to be renewed, on the monotonic clock, the earliest first. */
  readonly #kept = new Map<string, number>();
  readonly #left = new Set<string>();
  /** Addresses whose failure is already reported. */
  readonly #failing = new Set<string>();

  constructor(ports: WirePorts) {
    this.#ports = ports;
  }

  /** Puts the address there and keeps it. */
  keep(address: string): void {
    if (this.#kept.has(address)) return;
    this.#left.delete(address);
    this.#keep(address);
  }

  /** Leaves the address there for so many seconds, and to the kernel to remove. */
  leave(address: string, seconds: number): void {
    if (!this.#kept.delete(address)) return;
    this.#put(address, seconds);
    this.#failing.delete(address);
    this.#left.add(address);
  }

  /** Removes what was left: from now on the kernel might answer for it. */
  removeLeft(): void {
    for (const address of this.#left) this.#takeOff(address);
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

  /** Renews a portion of those that are due. Wants to be called some times a second. */
  renew(): void {
    const began = this.#now();
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
