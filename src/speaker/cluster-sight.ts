import { LeaseKind } from '../api/kubernetes/lease.ts';
import { SpeakerStatusKind } from '../api/speaker-status.ts';
import type { Clock } from './clock.ts';

/** How well a store that follows a cluster knows it at present. */
export interface ClusterSight {
  /** The kinds whose objects are not known as they are now; the HTTP status 404 where the cluster does not have one. */
  unfollowed(): readonly { readonly kind: string; readonly status?: number | undefined }[];
  /** Calls back when {@link unfollowed} says something else. Returns a function that ends it. */
  onFollowing(listener: () => void): () => void;
}

/** Without these nobody knows what other speakers do: what they own, and whether they live. */
const OTHERS: ReadonlySet<string> = new Set([SpeakerStatusKind.kind, LeaseKind.kind]);

/** Milliseconds for which the others are listened to before a plan: at the start, and once kinds are back that were gone. */
export const LISTEN = 3000;

/** Whether this node sees what the other speakers do. While it does not, it may keep addresses but take none. */
export class SightOfOthers {
  readonly #cluster: ClusterSight | undefined;
  readonly #clock: Clock;
  readonly #stop: () => void;
  #isBlind = false;
  #wereGone = false;
  #seesFrom = Number.NEGATIVE_INFINITY;

  /**
   * @param cluster undefined for a store whose objects cannot be out of date
   * @param onChange {@link sees} may say something else, or will after `wait` milliseconds
   */
  constructor(cluster: ClusterSight | undefined, clock: Clock, onChange: (wait: number) => void) {
    this.#cluster = cluster;
    this.#clock = clock;
    this.#stop = cluster?.onFollowing(() => this.#look(onChange)) ?? (() => {});
  }

  sees(): boolean {
    return !this.#isBlind && this.#clock.monotonic() >= this.#seesFrom;
  }

  stop(): void {
    this.#stop();
  }

  #look(onChange: (wait: number) => void): void {
    const missing = this.#cluster?.unfollowed().filter(({ kind }) => OTHERS.has(kind)) ?? [];
    if (missing.some(({ status }) => status === 404)) this.#wereGone = true;
    const wasBlind = this.#isBlind;
    this.#isBlind = missing.length > 0;
    if (!wasBlind || this.#isBlind) return;
    const wait = this.#wereGone ? LISTEN : 0;
    this.#wereGone = false;
    this.#seesFrom = this.#clock.monotonic() + wait;
    onChange(wait);
  }
}
