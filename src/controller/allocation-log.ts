import { findCondition } from '../api/conditions.ts';
import type { Service } from '../api/kubernetes/service.ts';
import { keyOf, keyText } from '../api/object.ts';
import { ALLOCATED } from '../api/reasons/reasons.ts';
import type { LogFields, Logger } from '../log/logger.ts';
import { type Clock, now } from './clock.ts';
import type { ServiceStatusPatch } from './service-status.ts';

/** Milliseconds between two looks whether lines that are held back may be written. */
const LOOK_AGAIN = 50;
/** So many lines are written in one go: a thousand would keep everything else waiting for a tenth of a second. */
const AT_ONCE = 100;
/** After so many milliseconds a line waits no longer for all writes, but a few go at a time, which hold up hardly any. */
const PATIENCE = 1_000;
const A_FEW = 10;
/** So many lines wait at most, */
const MOST_WAITING = 20_000;
/** and so many milliseconds. */
const LONGEST_WAIT = 30_000;

interface Line {
  readonly message: string;
  readonly fields: LogFields;
  /** On the clock. */
  readonly since: number;
  /** RFC 3339. */
  readonly at: string;
}

/**
 * Tells of changes of what Services hold, or of why. A line takes a tenth of the time of the write that it tells of, and so
 * it waits while more is to be written than can be under way: addresses first. A line that waited says since when. Up to
 * 200 lines a second are told within a second or so all the same; of more, those of the last half minute are lost where
 * the process is killed, and the status of the Services and their events say the same.
 */
export class AllocationLog {
  readonly #logger: Logger;
  readonly #isBusy: () => boolean;
  readonly #clock: Clock;
  #lines: Line[] = [];
  #cancelLook: (() => void) | undefined;

  /** @param isBusy whether more remains to be written than is being written */
  constructor(logger: Logger, clock: Clock, isBusy: () => boolean) {
    this.#logger = logger;
    this.#clock = clock;
    this.#isBusy = isBusy;
  }

  /** A change that was written. @param service as it was before the patch */
  note(service: Service, { conditions, loadBalancer }: ServiceStatusPatch, pool: string | null): void {
    const key = keyText(keyOf(service));
    const allocated = findCondition(conditions ?? [], ALLOCATED);
    const before = findCondition(service.status?.conditions, ALLOCATED);
    if (allocated?.reason === before?.reason && allocated?.message === before?.message) return;
    const addresses = (loadBalancer?.ingress ?? service.status?.loadBalancer?.ingress ?? []).map(({ ip }) => ip);
    const fields = { service: key, addresses, pool, reason: allocated?.reason };
    this.#lines.push({ message: `${key}: ${allocated?.message}`, fields, since: this.#clock.monotonic(), at: now() });
    if (this.#cancelLook !== undefined && this.#lines.length <= MOST_WAITING) return;
    this.#look();
  }

  /** Writes all that waits. */
  flush(): void {
    this.#cancelLook?.();
    this.#cancelLook = undefined;
    this.#write(this.#lines.length);
  }

  #look(): void {
    this.#cancelLook?.();
    this.#cancelLook = undefined;
    const waited = this.#clock.monotonic() - (this.#lines[0]?.since ?? 0);
    if (!this.#isBusy() || waited >= LONGEST_WAIT || this.#lines.length > MOST_WAITING) this.#write(AT_ONCE);
    else if (waited >= PATIENCE) this.#write(A_FEW);
    if (this.#lines.length > 0) this.#cancelLook = this.#clock.after(LOOK_AGAIN, () => this.#look());
  }

  #write(count: number): void {
    const written = this.#clock.monotonic();
    const lines = this.#lines.slice(0, count);
    this.#lines = this.#lines.slice(count);
    for (const { message, fields, since, at } of lines) {
      const hasWaited = written - since >= 1_000;
      this.#logger.info(message, hasWaited ? { ...fields, at } : fields);
    }
  }
}
