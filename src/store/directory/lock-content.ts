import * as z from 'zod';
import type { ProcessIdentity } from '../../os/process-identity.ts';

const schema = z.object({
  /** For people: who holds it. */
  holder: z.string(),
  /** Names the contender that made the file, for good. */
  nonce: z.string(),
  /** Counts renewals, so that no two contents are equal. */
  counter: z.int(),
  isReleased: z.boolean(),
  identity: z
    .object({ bootId: z.string(), pidNamespace: z.string(), pid: z.int().positive(), startTime: z.string() })
    .optional(),
});

/** What a lock file says. */
export interface LockContent {
  readonly holder: string;
  readonly nonce: string;
  readonly counter: number;
  readonly isReleased: boolean;
  readonly identity?: ProcessIdentity | undefined;
}

/** The text of a lock file. */
export function formatLock(content: LockContent): string {
  return `${JSON.stringify(content)}\n`;
}

/** What a text says; undefined for one that no lock file has, such as a half-written one. */
export function parseLock(text: string | undefined): LockContent | undefined {
  if (text === undefined) return undefined;
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
