import { MldListener } from '../../src/speaker/mld/listener.ts';
import { decodeMldQuery } from '../../src/speaker/mld/query.ts';
import type { Random } from '../sim/random.ts';
import { query } from '../speaker/mld/query-bytes.ts';
import { GROUP, integer } from '../speaker/ndp/frame-bytes.ts';
import { mutate } from './mutation.ts';

const MLD_CORPUS: readonly Uint8Array[] = [
  query(),
  query({ rest: '' }),
  query({ group: GROUP }),
  query({ rest: '07ff0000', maxResponseCode: 0xffff }),
  query({ maxResponseCode: 0 }),
  query({ group: GROUP, rest: `027d0001${'20'.repeat(16)}` }),
];
/** All groups are told of at once in two reports, of version 1 in as many as there are groups. */
const GROUPS = 100;

/**
 * Has a listener asked so many questions, a millisecond apart. Returns how many were none.
 *
 * @throws Error for whatever is thrown, and for more than a telling of all groups and an answer a question
 */
export function fuzzMld(count: number, random: Random): number {
  const listener = new MldListener(() => random.next());
  for (let group = 0; group < GROUPS; group++) listener.join(integer(GROUP) + BigInt(group));
  let dropped = 0;
  let told = 0;
  for (let now = 0; now < count; now++) {
    const input = mutate(MLD_CORPUS, random);
    try {
      const asked = decodeMldQuery(input);
      if (asked === undefined) dropped += 1;
      else listener.query(asked, now);
      told += listener.take(now, GROUPS).length;
      const bound = (2 + Math.ceil((now + 1) / 1000)) * GROUPS * 2 + (now - dropped);
      if (told > bound) throw new Error(`${told} messages for ${now + 1} questions`);
    } catch (error) {
      throw new Error(`mld ${Buffer.from(input).toString('hex')}: ${String(error)}`, { cause: error });
    }
  }
  return dropped;
}
