import type { Random } from '../../sim/random.ts';
import { join, uint16 } from '../../speaker/bgp/octets.ts';
import type { Fault, Treatment } from './fault.ts';
import { attribute, octets, uint32, update } from './octets.ts';
import { anyNlri, anyOctets, STRANGER } from './valid.ts';

const CODE = { AGGREGATOR: 7, AS4_PATH: 17, AS4_AGGREGATOR: 18 } as const;

/** A fault of one more attribute, from a peer whose AS numbers are 2 octets long. */
const fault = (name: string, source: string, treatment: Treatment, more: (random: Random) => Uint8Array): Fault => ({
  name: `${name} from a speaker of 2 octets`,
  source,
  stages: ['Established'],
  isOld: true,
  treatment,
  make(random) {
    const announces = random.whole(1, 4);
    const path = join(octets(2, 2), uint16(STRANGER.asNumber), uint16(random.whole(1, 0xffff)));
    const usual = [attribute(0x40, 1, octets(0)), attribute(0x40, 2, path), attribute(0x40, 3, octets(192, 0, 2, 1))];
    const nlri = anyNlri(32, announces, random);
    return {
      message: update({ withdrawn: octets(), attributes: random.shuffle([...usual, more(random)]), nlri }),
      announces,
    };
  },
});

const discarded = (name: keyof typeof CODE, what: string, source: string, value: (random: Random) => Uint8Array) =>
  fault(`${name} ${what}`, source, { discard: CODE[name] }, (random) => attribute(0xc0, CODE[name], value(random)));

const not = (length: number, most: number, random: Random) =>
  anyOctets(random.pick([...Array(most).keys()].filter((each) => each !== length)), random);

const SEGMENT = join(octets(2, 1), uint32(4_200_000_001));

/** What RFC 6793 and RFC 7606 prescribe between speakers of which one is old. */
export const OLD_SPEAKER_FAULTS: readonly Fault[] = [
  fault('AGGREGATOR of 6 octets', 'RFC 7606 section 7.7', 'accepted', () =>
    attribute(0xc0, CODE.AGGREGATOR, join(uint16(STRANGER.asNumber), octets(192, 0, 2, 1))),
  ),
  fault('AS4_PATH', 'RFC 6793 section 4.2.3', 'accepted', () => attribute(0xc0, CODE.AS4_PATH, SEGMENT)),
  discarded('AGGREGATOR', 'of another length', 'RFC 7606 section 7.7', (random) => not(6, 20, random)),
  discarded('AS4_PATH', 'of a length that is too small', 'RFC 6793 section 6', (random) => {
    return anyOctets(random.whole(0, 5), random);
  }),
  discarded('AS4_PATH', 'with a segment that overruns', 'RFC 6793 section 6', (random) => {
    return join(octets(2, random.whole(2, 255)), uint32(7));
  }),
  discarded('AS4_PATH', 'with a segment of a type that is not known', 'RFC 6793 section 6', (random) => {
    return join(octets(random.pick([0, 5, 255]), 1), uint32(7));
  }),
  discarded('AS4_PATH', 'with an empty segment', 'RFC 6793 section 6', () => join(SEGMENT, octets(2, 0))),
  discarded('AS4_AGGREGATOR', 'of another length', 'RFC 6793 section 6', (random) => not(8, 20, random)),
];
