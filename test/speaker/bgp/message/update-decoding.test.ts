import { describe, expect, it } from 'vitest';
import { endOfRibFamily, type UpdateContext } from '../../../../src/speaker/bgp/message/update.ts';
import { countRoutes, decodeUpdate } from '../../../../src/speaker/bgp/message/update-decoding.ts';
import { AS_PATH, hex, NEXT_HOP, ORIGIN, PREFIX, ROUTE, updateBody } from '../octets.ts';

const EXTERNAL: UpdateContext = {
  fourOctetAs: true,
  internal: false,
  families: ['IPv4', 'IPv6'],
  extendedNextHop: false,
};
const INTERNAL = { ...EXTERNAL, internal: true };
const OLD = { ...EXTERNAL, fourOctetAs: false };
const IPV6_REACH = '800e 1a 0002 01 10 20010db8000000000000000000000001 00 20 20010db8';
const AS_PATH_2 = '40 02 04 02 01 fdea';

type Treatment = 'Accepted' | 'AttributeDiscard' | 'TreatAsWithdraw' | `Reset ${number}`;

function treatmentOf(body: Uint8Array, context: UpdateContext): Treatment {
  const decoded = decodeUpdate(body, context);
  if (!decoded.ok) {
    expect(decoded.notification.code).toBe(3);
    return `Reset ${decoded.notification.subcode}`;
  }
  if (decoded.treatAsWithdraw) return 'TreatAsWithdraw';
  return decoded.faults.length > 0 ? 'AttributeDiscard' : 'Accepted';
}

/** Attributes of an UPDATE that announces a prefix; each row is a sentence of the RFC named. */
const TREATMENTS: [source: string, attributes: string, treatment: Treatment, context?: UpdateContext][] = [
  ['a plain route', ROUTE, 'Accepted'],
  ['7606 7.1: ORIGIN of 2 octets', `40 01 02 0000 ${AS_PATH} ${NEXT_HOP}`, 'TreatAsWithdraw'],
  ['7606 7.1: ORIGIN 3', `40 01 01 03 ${AS_PATH} ${NEXT_HOP}`, 'TreatAsWithdraw'],
  ['7606 4: ORIGIN of 0 octets', `40 01 00 ${AS_PATH} ${NEXT_HOP}`, 'TreatAsWithdraw'],
  ['7606 3c: ORIGIN called optional', `c0 01 01 00 ${AS_PATH} ${NEXT_HOP}`, 'TreatAsWithdraw'],
  ['7606 3c: the Partial bit is not judged', `60 01 01 00 ${AS_PATH} ${NEXT_HOP}`, 'Accepted'],
  ['7606 7.2: AS_PATH with an unknown segment', `${ORIGIN} 40 02 06 07 01 0000fdea ${NEXT_HOP}`, 'TreatAsWithdraw'],
  ['7606 7.2: AS_PATH that overruns', `${ORIGIN} 40 02 06 02 02 0000fdea ${NEXT_HOP}`, 'TreatAsWithdraw'],
  ['7606 7.2: AS_PATH that underruns', `${ORIGIN} 40 02 07 02 01 0000fdea 02 ${NEXT_HOP}`, 'TreatAsWithdraw'],
  ['7606 7.2: AS_PATH with an empty segment', `${ORIGIN} 40 02 02 02 00 ${NEXT_HOP}`, 'TreatAsWithdraw'],
  ['7606 4: AS_PATH may be empty', `${ORIGIN} 40 02 00 ${NEXT_HOP}`, 'Accepted'],
  ['7607 2: AS 0 in AS_PATH', `${ORIGIN} 40 02 06 02 01 00000000 ${NEXT_HOP}`, 'TreatAsWithdraw'],
  ['7606 7.3: NEXT_HOP of 5 octets', `${ORIGIN} ${AS_PATH} 40 03 05 c000020100`, 'TreatAsWithdraw'],
  ['4271 6.3: NEXT_HOP 0.0.0.0', `${ORIGIN} ${AS_PATH} 40 03 04 00000000`, 'TreatAsWithdraw'],
  ['4271 6.3: NEXT_HOP 224.0.0.1', `${ORIGIN} ${AS_PATH} 40 03 04 e0000001`, 'TreatAsWithdraw'],
  ['7606 7.4: MULTI_EXIT_DISC', `${ROUTE} 80 04 04 00000064`, 'Accepted'],
  ['7606 7.4: MULTI_EXIT_DISC of 3 octets', `${ROUTE} 80 04 03 000064`, 'TreatAsWithdraw'],
  ['7606 7.5: LOCAL_PREF from outside', `${ROUTE} 40 05 04 00000064`, 'AttributeDiscard'],
  ['7606 7.5: LOCAL_PREF from outside, of 3 octets', `${ROUTE} 40 05 03 000064`, 'AttributeDiscard'],
  ['7606 7.5: LOCAL_PREF from inside', `${ROUTE} 40 05 04 00000064`, 'Accepted', INTERNAL],
  ['7606 7.5: LOCAL_PREF from inside, of 3 octets', `${ROUTE} 40 05 03 000064`, 'TreatAsWithdraw', INTERNAL],
  ['7606 7.6: ATOMIC_AGGREGATE', `${ROUTE} 40 06 00`, 'Accepted'],
  ['7606 7.6: ATOMIC_AGGREGATE of 1 octet', `${ROUTE} 40 06 01 00`, 'AttributeDiscard'],
  ['7606 3f: ATOMIC_AGGREGATE called optional', `${ROUTE} c0 06 00`, 'AttributeDiscard'],
  ['7606 7.7: AGGREGATOR', `${ROUTE} c0 07 08 0000fdea c0000201`, 'Accepted'],
  ['7606 7.7: AGGREGATOR of 6 octets between new speakers', `${ROUTE} c0 07 06 fdea c0000201`, 'AttributeDiscard'],
  [
    '7606 7.7: AGGREGATOR of 6 octets from an old one',
    `${ORIGIN} ${AS_PATH_2} ${NEXT_HOP} c0 07 06 fdea c0000201`,
    'Accepted',
    OLD,
  ],
  [
    '7606 7.7: AGGREGATOR of 8 octets from an old one',
    `${ORIGIN} ${AS_PATH_2} ${NEXT_HOP} c0 07 08 0000fdea c0000201`,
    'AttributeDiscard',
    OLD,
  ],
  ['7607 2: AS 0 in AGGREGATOR', `${ROUTE} c0 07 08 00000000 c0000201`, 'AttributeDiscard'],
  ['7606 7.8: COMMUNITIES', `${ROUTE} c0 08 08 fdea0001 ffff0000`, 'Accepted'],
  ['7606 7.8: COMMUNITIES of 6 octets', `${ROUTE} c0 08 06 fdea0001 ffff`, 'TreatAsWithdraw'],
  ['7606 7.8: COMMUNITIES of 0 octets', `${ROUTE} c0 08 00`, 'TreatAsWithdraw'],
  ['7606 7.9: ORIGINATOR_ID from outside', `${ROUTE} 80 09 04 c0000201`, 'AttributeDiscard'],
  ['7606 7.9: ORIGINATOR_ID from inside', `${ROUTE} 80 09 04 c0000201`, 'Accepted', INTERNAL],
  ['7606 7.9: ORIGINATOR_ID from inside, of 5 octets', `${ROUTE} 80 09 05 c000020100`, 'TreatAsWithdraw', INTERNAL],
  ['7606 7.10: CLUSTER_LIST from outside', `${ROUTE} 80 0a 04 c0000201`, 'AttributeDiscard'],
  ['7606 7.10: CLUSTER_LIST from inside, of 6 octets', `${ROUTE} 80 0a 06 c00002010000`, 'TreatAsWithdraw', INTERNAL],
  ['7606 7.14: extended communities', `${ROUTE} c0 10 08 0002fdea00000064`, 'Accepted'],
  ['7606 7.14: extended communities of 7 octets', `${ROUTE} c0 10 07 0002fdea000000`, 'TreatAsWithdraw'],
  ['7606 7.15: IPv6 extended communities of 8 octets', `${ROUTE} c0 19 08 0002fdea00000064`, 'TreatAsWithdraw'],
  ['6793 6: AS4_PATH between new speakers', `${ROUTE} c0 11 06 02 01 0000fdea`, 'AttributeDiscard'],
  ['6793 6: AS4_PATH from an old one', `${ORIGIN} ${AS_PATH_2} ${NEXT_HOP} c0 11 06 02 01 0000fdea`, 'Accepted', OLD],
  [
    '6793 6: malformed AS4_PATH from an old one',
    `${ORIGIN} ${AS_PATH_2} ${NEXT_HOP} c0 11 06 02 02 0000fdea`,
    'AttributeDiscard',
    OLD,
  ],
  [
    '6793 6: AS4_AGGREGATOR of 6 octets',
    `${ORIGIN} ${AS_PATH_2} ${NEXT_HOP} c0 12 06 fdea c0000201`,
    'AttributeDiscard',
    OLD,
  ],
  ['8092 5: large communities', `${ROUTE} c0 20 0c 0000fdea 00000001 00000002`, 'Accepted'],
  ['8092 5: large communities of 11 octets', `${ROUTE} c0 20 0b 0000fdea 00000001 000002`, 'TreatAsWithdraw'],
  ['an unknown optional attribute', `${ROUTE} e0 63 02 abcd`, 'Accepted'],
  ['an unknown optional attribute of 0 octets', `${ROUTE} c0 63 00`, 'Accepted'],
  ['4271 6.3: an unknown well-known attribute', `${ROUTE} 40 63 02 abcd`, 'Reset 2'],
  ['7606 3d: no ORIGIN', `${AS_PATH} ${NEXT_HOP}`, 'TreatAsWithdraw'],
  ['7606 3d: no AS_PATH', `${ORIGIN} ${NEXT_HOP}`, 'TreatAsWithdraw'],
  ['7606 3d: no NEXT_HOP', `${ORIGIN} ${AS_PATH}`, 'TreatAsWithdraw'],
  ['7606 3g: ORIGIN twice', `${ROUTE} 40 01 01 01`, 'AttributeDiscard'],
  ['7606 3g: an unknown attribute twice', `${ROUTE} c0 63 00 c0 63 00`, 'AttributeDiscard'],
  ['7606 3g: MP_REACH_NLRI twice', `${IPV6_REACH} ${IPV6_REACH} ${ROUTE}`, 'Reset 1'],
  ['7606 3h: the stronger of two', `40 01 01 03 ${AS_PATH} ${NEXT_HOP} 40 06 01 00`, 'TreatAsWithdraw'],
  ['7606 3h: a reset among others', `40 01 01 03 ${AS_PATH} ${NEXT_HOP} 40 63 00`, 'Reset 2'],
  ['7606 4: an attribute that overruns', `${ROUTE} 80 04 05 00000064`, 'TreatAsWithdraw'],
  ['7606 4: two octets at the end', `${ROUTE} 80 04`, 'TreatAsWithdraw'],
  ['7606 4: one octet at the end', `${ROUTE} 80`, 'TreatAsWithdraw'],
  ['7606 4: three octets at the end, extended', `${ROUTE} 90 04 00`, 'TreatAsWithdraw'],
  ['7606 3j: an MP_REACH_NLRI that overruns', `${ROUTE} 80 0e 40 0002 01`, 'Reset 1'],
  ['an extended length', `50 01 0001 00 ${AS_PATH} ${NEXT_HOP}`, 'Accepted'],
  ['7606 5.3: MP_REACH_NLRI of 4 octets', `80 0e 04 0002 01 00 ${ROUTE}`, 'Reset 9'],
  ['7606 5.3: MP_UNREACH_NLRI of 2 octets', `80 0f 02 0002 ${ROUTE}`, 'Reset 9'],
  ['7606 5.3: MP_REACH_NLRI called transitive', `${IPV6_REACH.replace('80', 'c0')} ${ROUTE}`, 'Reset 9'],
  ['7606 5.3: an IPv6 prefix of 129 bits', `80 0f 15 0002 01 81 ${'00'.repeat(17)} ${ROUTE}`, 'Reset 9'],
  ['7606 5.3: an IPv6 prefix cut short', `80 0f 05 0002 01 20 20 ${ROUTE}`, 'Reset 9'],
  ['7606 7.11: an IPv6 next hop of 4 octets', `80 0e 0a 0002 01 04 c0000201 00 00 ${ROUTE}`, 'Reset 9'],
  ['7606 7.11: a next hop that overruns', `80 0e 08 0002 01 10 20010db8 ${ROUTE}`, 'Reset 9'],
  [
    '2545 3: a link-local next hop beside the global one',
    `80 0e 26 0002 01 20 ${'20'.repeat(32)} 00 00 ${ROUTE}`,
    'Accepted',
  ],
  [
    '8950 3: an IPv6 next hop for IPv4, not negotiated',
    `80 0e 16 0001 01 10 ${'20'.repeat(16)} 00 00 ${ROUTE}`,
    'Reset 9',
  ],
  [
    '8950 3: an IPv6 next hop for IPv4',
    `80 0e 16 0001 01 10 ${'20'.repeat(16)} 00 00 ${ROUTE}`,
    'Accepted',
    { ...EXTERNAL, extendedNextHop: true },
  ],
  ['a family that was not negotiated is not judged', `80 0e 09 0019 46 02 abcd 00 ffff ${ROUTE}`, 'Accepted'],
];

describe('decodeUpdate', () => {
  it.each(TREATMENTS)('%s', (_source, attributes, treatment, context = EXTERNAL) => {
    expect(treatmentOf(updateBody('', attributes, PREFIX), context)).toBe(treatment);
  });

  it.each<[string, Uint8Array, Treatment]>([
    ['withdrawn routes longer than the message', hex('0005 0000'), 'Reset 1'],
    ['attributes longer than the message', hex('0000 0001'), 'Reset 1'],
    ['both', hex('0003 0000 0000'), 'Reset 1'],
    ['7606 3i: a withdrawn prefix of 33 bits', updateBody('21 c000020100', '', ''), 'Reset 10'],
    ['7606 3i: a withdrawn prefix cut short', updateBody('20 c00002', '', ''), 'Reset 10'],
    ['4271 6.3: NLRI of 33 bits', updateBody('', ROUTE, '21 c000020100'), 'Reset 10'],
    ['4271 6.3: NLRI cut short', updateBody('', ROUTE, '20 c00002'), 'Reset 10'],
    ['withdrawals alone', updateBody(PREFIX, '', ''), 'Accepted'],
    ['attributes without NLRI', updateBody('', ROUTE, ''), 'Accepted'],
    ['7606 5.2: a malformed attribute without NLRI', updateBody('', `40 01 01 03 ${AS_PATH}`, ''), 'Reset 6'],
    ['7606 5.2: a discarded attribute without NLRI', updateBody('', `${ROUTE} 40 06 01 00`, ''), 'AttributeDiscard'],
    [
      'a malformed attribute beside MP_REACH_NLRI',
      updateBody('', `${IPV6_REACH} 40 01 01 03 ${AS_PATH}`, ''),
      'TreatAsWithdraw',
    ],
    ['MP_REACH_NLRI needs no NEXT_HOP', updateBody('', `${IPV6_REACH} ${ORIGIN} ${AS_PATH}`, ''), 'Accepted'],
    ['MP_REACH_NLRI without ORIGIN', updateBody('', `${IPV6_REACH} ${AS_PATH}`, ''), 'TreatAsWithdraw'],
  ])('%s', (_name, body, treatment) => expect(treatmentOf(body, EXTERNAL)).toBe(treatment));

  it('puts the attribute at fault into the NOTIFICATION', () => {
    const decoded = decodeUpdate(updateBody('', `${ROUTE} 40 63 02 abcd`, PREFIX), EXTERNAL);
    expect(decoded).toEqual({
      ok: false,
      notification: { type: 'NOTIFICATION', code: 3, subcode: 2, data: hex('40 63 02 abcd') },
    });
  });

  it('names what it discarded, and keeps the rest', () => {
    const decoded = decodeUpdate(updateBody('', `${ROUTE} 40 06 01 00 e0 63 02 abcd`, PREFIX), EXTERNAL);
    expect(decoded).toMatchObject({
      ok: true,
      faults: [{ code: 6, treatment: 'AttributeDiscard', subcode: 5, data: hex('40 06 01 00') }],
      message: {
        attributes: [
          { name: 'ORIGIN', origin: 'IGP' },
          { name: 'AS_PATH', segments: [{ type: 'AS_SEQUENCE', asNumbers: [65002] }] },
          { name: 'NEXT_HOP', address: 0xc0000201 },
          { name: 'raw', flags: 0xe0, code: 99, value: hex('abcd') },
        ],
        nlri: hex(PREFIX),
      },
    });
  });

  it('counts a large community once', () => {
    const communities = `c0 20 18 ${'0000fdea 00000001 00000002'.repeat(2)}`;
    expect(decodeUpdate(updateBody('', `${ROUTE} ${communities}`, PREFIX), EXTERNAL)).toMatchObject({
      message: { attributes: [{}, {}, {}, { name: 'LARGE_COMMUNITY', communities: [[65002, 1, 2]] }] },
    });
  });
});

describe('countRoutes', () => {
  const count = (body: Uint8Array, context = EXTERNAL) => {
    const decoded = decodeUpdate(body, context);
    if (!decoded.ok) throw new Error('reset');
    return countRoutes(decoded, context);
  };
  const unreach = '80 0f 08 0002 01 00 18 20010d';

  it.each<[string, Uint8Array, number, number]>([
    ['IPv4', updateBody(`${PREFIX} 00`, ROUTE, `${PREFIX} ${PREFIX} 18 c00002`), 3, 2],
    ['IPv6', updateBody('', `${IPV6_REACH} ${unreach} ${ORIGIN} ${AS_PATH}`, ''), 1, 2],
    ['treated as withdrawn', updateBody(PREFIX, `${IPV6_REACH} 40 01 01 03 ${AS_PATH} ${NEXT_HOP}`, PREFIX), 0, 3],
    ['a family of no concern', updateBody('', '80 0f 05 0019 46 0000', ''), 0, 0],
  ])('%s', (_name, body, announced, withdrawn) => expect(count(body)).toEqual({ announced, withdrawn }));

  it('leaves out what was not negotiated', () => {
    const body = updateBody('', `${IPV6_REACH} ${ORIGIN} ${AS_PATH}`, '');
    expect(count(body, { ...EXTERNAL, families: ['IPv4'] })).toEqual({ announced: 0, withdrawn: 0 });
  });
});

describe('endOfRibFamily', () => {
  it.each([
    ['the shortest UPDATE', updateBody('', '', ''), 'IPv4'],
    ['an empty MP_UNREACH_NLRI', updateBody('', '80 0f 03 0002 01', ''), 'IPv6'],
    ['one for IPv4', updateBody('', '80 0f 03 0001 01', ''), 'IPv4'],
    ['another family', updateBody('', '80 0f 03 0002 02', ''), undefined],
    ['a withdrawal', updateBody(PREFIX, '', ''), undefined],
    ['a withdrawal in MP_UNREACH_NLRI', updateBody('', '80 0f 04 0002 01 00', ''), undefined],
    ['attributes beside it', updateBody('', `80 0f 03 0002 01 ${ORIGIN}`, ''), undefined],
    ['a route', updateBody('', ROUTE, PREFIX), undefined],
  ])('%s', (_name, body, family) => {
    const decoded = decodeUpdate(body, EXTERNAL);
    expect(decoded.ok && endOfRibFamily(decoded.message)).toBe(family);
  });
});
