import { expect, it } from 'vitest';
import { timeExceededIn } from '../../src/os/icmp-statistics.ts';

const SNMP =
  'Ip: Forwarding InHdrErrors\nIp: 1 7\nIcmp: InMsgs OutTimeExcds OutEchos\nIcmp: 9 4 8\nIcmpMsg: OutType11\nIcmpMsg: 4\n';

it.each([
  ['IPv4', SNMP, '', 4],
  [
    'both families',
    SNMP,
    'Ip6InReceives                   \t5\nIcmp6InTimeExcds \t9\nIcmp6OutTimeExcds               \t3\n',
    7,
  ],
  ['none where the kernel has none', 'Icmp: InMsgs\nIcmp: 9\n', 'rubbish', 0],
  ['none in another text', 'rubbish', '', 0],
])('gives %s', (_, snmp, snmp6, count) => {
  expect(timeExceededIn(snmp, snmp6)).toBe(count);
});
