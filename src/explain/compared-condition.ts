import { type FoundCondition, findCondition } from '../api/conditions.ts';

/** A condition as it is stored, beside what the rules say now. */
export interface ComparedCondition {
  readonly type: string;
  /** Null where the object has no such condition. */
  readonly stored: StoredCondition | null;
  /** Null where that cannot be told. */
  readonly now: SaidNow | null;
  /** Whether both have the same status and reason; true where the rules do not tell. */
  readonly agrees: boolean;
}

/** A condition in a status. */
export interface StoredCondition {
  readonly status: string;
  readonly reason: string | null;
  readonly message: string | null;
  /** When the status last changed, RFC 3339. */
  readonly since: string | null;
}

/** What the rules say of a condition. */
export interface SaidNow {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** Puts the two side by side. */
export function compareCondition(
  type: string,
  conditions: readonly FoundCondition[] | undefined,
  now: SaidNow | undefined,
): ComparedCondition {
  const found = findCondition(conditions, type);
  const stored = found && {
    status: found.status,
    reason: found.reason ?? null,
    message: found.message ?? null,
    since: found.lastTransitionTime ?? null,
  };
  const agrees = now === undefined || (stored?.status === now.status && stored.reason === now.reason);
  return {
    type,
    stored: stored ?? null,
    now: now === undefined ? null : { status: now.status, reason: now.reason, message: now.message },
    agrees,
  };
}

/** Where the two differ, as a sentence. */
export function disagreement({ type, stored, now }: ComparedCondition): string {
  const said = stored === null ? 'is not there' : `says ${stored.status} ${stored.reason ?? ''}`.trimEnd();
  return `${type} ${said}, and by the rules it is ${now?.status} ${now?.reason}`;
}
