import type { Reason } from '../api/reasons/reasons.ts';

/** One thing that is so. */
export interface Finding {
  /** Nothing is wrong with it. */
  readonly ok: boolean;
  /** A code of `docs/reference/reasons.md`. */
  readonly reason: string;
  /** For people: the cause, with the names of the objects. */
  readonly message: string;
  /** What to do; null where there is nothing to do. */
  readonly remedy: string | null;
}

/** A finding of a table: its remedy, and its meaning where there is nothing to say of the case. */
export function finding<T extends string>(
  reasons: Readonly<Record<T, Reason>>,
  reason: T,
  message?: string,
  ok = false,
): Finding {
  const { meaning, remedy } = reasons[reason];
  return { ok, reason, message: message || meaning, remedy };
}

/** What is to be said besides the summary: each reason and message once. */
export function besides(summary: Finding, findings: readonly Finding[]): readonly Finding[] {
  const said = new Set([textOf(summary)]);
  return findings.filter((each) => {
    const text = textOf(each);
    if (said.has(text)) return false;
    said.add(text);
    return true;
  });
}

function textOf({ reason, message }: Finding): string {
  return `${reason}: ${message}`;
}
