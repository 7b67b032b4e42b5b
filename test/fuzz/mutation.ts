import type { Random } from '../sim/random.ts';

/** Octets that lie at the edges of what fields mean. */
const EDGES = [0, 1, 2, 4, 6, 16, 24, 32, 64, 127, 128, 254, 255];
const MOST_CHANGES = 6;
const MOST_LENGTH = 1600;

/** Something like one of the corpus: some octets changed, taken out, doubled, cut, added, or spliced from two of them. */
export function mutate(corpus: readonly Uint8Array[], random: Random): Uint8Array {
  let octets = Uint8Array.from(pick(corpus, random));
  for (let left = random.whole(1, MOST_CHANGES); left > 0; left--) octets = change(octets, corpus, random);
  return octets.subarray(0, MOST_LENGTH);
}

function change(octets: Uint8Array, corpus: readonly Uint8Array[], random: Random): Uint8Array<ArrayBuffer> {
  const at = random.whole(0, Math.max(0, octets.length - 1));
  switch (random.whole(0, 7)) {
    case 0:
      return replaced(octets, at, (octets[at] ?? 0) ^ (1 << random.whole(0, 7)));
    case 1:
      return replaced(octets, at, random.whole(0, 255));
    case 2:
      return replaced(octets, at, pick(EDGES, random));
    case 3:
      return Uint8Array.from(octets.subarray(0, at));
    case 4:
      return joined(octets.subarray(0, at), octets.subarray(at + random.whole(1, 8)));
    case 5:
      return joined(octets.subarray(0, at), octets.subarray(Math.max(0, at - random.whole(1, 32))));
    case 6:
      return joined(octets, noise(random));
    default: {
      const other = pick(corpus, random);
      return joined(octets.subarray(0, at), other.subarray(random.whole(0, other.length)));
    }
  }
}

function noise(random: Random): Uint8Array {
  return Uint8Array.from({ length: random.whole(1, 40) }, () => random.whole(0, 255));
}

function replaced(octets: Uint8Array, at: number, value: number): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(octets);
  if (at < copy.length) copy[at] = value;
  return copy;
}

function joined(...pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(pieces));
}

/** One of a list that is not empty. */
export function pick<T>(list: readonly T[], random: Random): T {
  return list[random.whole(0, list.length - 1)] as T;
}
