/** The lock file of the highest generation, at one look. */
export interface LockSight {
  /** From 1. */
  readonly generation: number;
  /** Equal where nothing changed since; undefined where the file could not even be looked at. */
  readonly fingerprint: string | undefined;
  /** Its holder has given it up. */
  readonly isReleased: boolean;
  /** Its holder ran on this machine and is certain not to run any more. */
  readonly isHolderGone: boolean;
  /** It was made by this very {@link LockState}. */
  readonly isOwn: boolean;
}

/** What one process knows about the lock; times are its own, monotonic, in milliseconds. */
export type LockState =
  | {
      readonly role: 'contender';
      /** What was seen last, and since when it has been so. `generation` 0: that there is no lock. */
      readonly seen?: { readonly generation: number; readonly fingerprint: string | undefined; readonly since: number };
    }
  | {
      readonly role: 'holder';
      readonly generation: number;
      /** From here on the lock counts as lost, whatever the files say. */
      readonly validUntil: number;
    };

/** What to do next. */
export type LockStep =
  | { readonly do: 'wait' | 'renew' | 'resign' }
  | { readonly do: 'create'; readonly generation: number };

/** A holder trusts its lock for this part of the lease; the rest is left for clocks and writes that run late. */
const TRUSTED_PART = 2 / 3;

/** Until when a holder may trust a renewal that it began at a time. */
export function validUntil(begun: number, leaseMillis: number): number {
  return begun + leaseMillis * TRUSTED_PART;
}

/** The rule of the lock: what is seen, to what is done. The README has the argument why two never hold it. */
export function decideLock(
  state: LockState,
  sight: LockSight | undefined,
  now: number,
  leaseMillis: number,
): { readonly state: LockState; readonly step: LockStep } {
  if (state.role === 'holder') {
    const isMine = sight?.generation === state.generation && sight.isOwn;
    if (isMine && now < state.validUntil) return { state, step: { do: 'renew' } };
    return { state: { role: 'contender' }, step: { do: 'resign' } };
  }
  const generation = sight?.generation ?? 0;
  const fingerprint = sight ? sight.fingerprint : 'none';
  const isUnchanged =
    state.seen?.generation === generation && state.seen.fingerprint === fingerprint && fingerprint !== undefined;
  // No lock at the first look: there never was one. None any more: somebody has removed it by hand, and its holder may
  // trust it yet.
  const since = !sight && state.seen === undefined ? Number.NEGATIVE_INFINITY : now;
  const seen = isUnchanged && state.seen ? state.seen : { generation, fingerprint, since };
  const next: LockState = { role: 'contender', seen };
  const isFree = sight?.isReleased || sight?.isHolderGone || sight?.isOwn || now - seen.since >= leaseMillis;
  return { state: next, step: isFree ? { do: 'create', generation: generation + 1 } : { do: 'wait' } };
}
