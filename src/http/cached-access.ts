import { createHash } from 'node:crypto';
import type { AccessCheck, AccessVerdict } from './access.ts';

/** How long an answer counts, as for those who ask an API server themselves. Milliseconds. */
const LIFETIME = 10_000;
/** Answers kept at most. */
const MOST_KEPT = 256;
/** Questions under way at most: whoever makes tokens up does not keep the API server busy. */
const MOST_UNDER_WAY = 4;

interface Kept {
  readonly verdict: Promise<AccessVerdict>;
  readonly until: number;
}

/**
 * Asks once for each token and path in ten seconds. A failure is not kept. With too many questions under way it rejects,
 * as where nothing can be found out.
 *
 * @param now monotonic, in milliseconds
 */
export function cachedAccess(check: AccessCheck, now: () => number = () => performance.now()): AccessCheck {
  const kept = new Map<string, Kept>();
  let underWay = 0;

  const ask = async (token: string, path: string): Promise<AccessVerdict> => {
    if (underWay >= MOST_UNDER_WAY) throw new Error(`${underWay} other tokens are being reviewed`);
    underWay++;
    try {
      return await check(token, path);
    } finally {
      underWay--;
    }
  };

  return (token, path) => {
    // Tokens do not lie about in memory longer than they must.
    const key = createHash('sha256').update(`${path} ${token}`).digest('base64');
    const found = kept.get(key);
    if (found !== undefined && now() < found.until) return found.verdict;
    kept.delete(key);
    const verdict = ask(token, path);
    const entry = { verdict, until: now() + LIFETIME };
    kept.set(key, entry);
    verdict.catch(() => kept.get(key) === entry && kept.delete(key));
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return verdict;
  };
}
