import type { Life } from '../announcement/life.ts';
import type { Lease } from '../api/kubernetes/lease.ts';
import { nodeOfLease } from '../api/speaker-lease.ts';

/** A Lease counts as life for twice the time that it says, and for so many milliseconds at least. */
const SHORTEST_LIFETIME = 6_000;
/** How long a doubt lasts, in milliseconds, before the Lease is looked at once more and the speaker counts as silent. */
const DOUBT = 4_000;
/** All Leases are read at once, so that is done at most so often, in milliseconds: many speakers may fall silent one by one. */
const READ_INTERVAL = 1_000;

interface Sign {
  /** What the Lease said; only whether it changes matters, so no clock is compared with another node's. */
  readonly said: string;
  readonly until: number;
  readonly lifetime: number;
  /** Whether it was seen to change, or to appear. One found at the start may be old. */
  readonly confirmed: boolean;
  readonly doubted: boolean;
  readonly silent: boolean;
}

/**
 * Which speakers still report, by their Leases and by the reports themselves. Later than the speakers themselves, which
 * take over from one another within seconds, so that a takeover is not told as silence first; and a speaker is called
 * silent only after its Lease was read twice, since a store that does not answer says nothing about speakers. Where no
 * speaker has a Lease, as where people write SpeakerStatus objects by hand, whoever is reported counts as alive.
 */
export class SpeakerLiveness {
  readonly #signs = new Map<string, Sign>();
  #hasSeenLease = false;

  /** A Lease as it is now. @param isFound whether it was there when this process began to look */
  observe(lease: Lease, now: number, isFound = false): void {
    const node = nodeOfLease(lease);
    if (node === undefined) return;
    this.#hasSeenLease = true;
    const said = JSON.stringify([lease.spec?.holderIdentity, lease.spec?.renewTime]);
    const before = this.#signs.get(node);
    if (before?.said === said) return;
    const lifetime = Math.max(SHORTEST_LIFETIME, (lease.spec?.leaseDurationSeconds ?? 0) * 2_000);
    const until = now + lifetime;
    this.#signs.set(node, {
      said,
      until,
      lifetime,
      confirmed: !isFound || before !== undefined,
      doubted: false,
      silent: false,
    });
  }

  /** A speaker whose Lease is known has written its report, which takes life as much as a renewal does. */
  reported(node: string, now: number): void {
    const sign = this.#signs.get(node);
    if (sign === undefined) return;
    this.#signs.set(node, {
      ...sign,
      until: now + sign.lifetime,
      confirmed: true,
      doubted: false,
      silent: false,
    });
  }

  /** The Lease of a node is gone: its speaker has taken leave. */
  forget(lease: Lease): void {
    const node = nodeOfLease(lease);
    if (node !== undefined) this.#signs.delete(node);
  }

  /** This process was not following what went on: all that it knows may be old. */
  restart(now: number): void {
    for (const [node, sign] of this.#signs) {
      const until = now + sign.lifetime;
      this.#signs.set(node, { ...sign, until, confirmed: false, doubted: false, silent: false });
    }
  }

  lifeOf(node: string): Life {
    const sign = this.#signs.get(node);
    if (sign === undefined) return this.#hasSeenLease ? 'Silent' : 'Alive';
    if (sign.silent) return 'Silent';
    return sign.confirmed ? 'Alive' : 'Undetermined';
  }

  /** Whether a Lease has to be read now. */
  isDue(now: number): boolean {
    return (this.dueAt() ?? Number.POSITIVE_INFINITY) <= now;
  }

  /** When a Lease has to be read next: a multiple of {@link READ_INTERVAL}, up to which others may be due as well. */
  dueAt(): number | undefined {
    let due: number | undefined;
    for (const { silent, until } of this.#signs.values()) {
      if (!silent && (due === undefined || until < due)) due = until;
    }
    return due === undefined ? undefined : Math.ceil(due / READ_INTERVAL) * READ_INTERVAL;
  }

  /** All Leases have been read, and those that changed observed. */
  wasRead(now: number): void {
    for (const [node, sign] of this.#signs) {
      if (sign.silent || sign.until > now) continue;
      this.#signs.set(node, { ...sign, until: now + DOUBT, doubted: true, silent: sign.doubted });
    }
  }

  /** The Leases cannot be read: the doubts begin anew. */
  wasNotRead(now: number): void {
    for (const [node, sign] of this.#signs) {
      if (!sign.silent && sign.until <= now) this.#signs.set(node, { ...sign, until: now + DOUBT, doubted: false });
    }
  }
}
