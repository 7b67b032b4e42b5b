import { expect, it } from 'vitest';
import { tcpDrops, tcpDropsIn } from '../../src/os/tcp-statistics.ts';

it.each([
  [
    'their sum',
    'TcpExt: A TCPMD5NotFound TCPMD5Unexpected TCPMD5Failure B\nTcpExt: 9 1 2 4 9\nIpExt: C\nIpExt: 8\n',
    { md5: 7, hopLimit: 0 },
  ],
  ['those that the kernel has', 'TcpExt: TCPMD5Failure\nTcpExt: 3\n', { md5: 3, hopLimit: 0 }],
  ['what came too far', 'TcpExt: A TCPMinTTLDrop\nTcpExt: 3 5\n', { md5: 0, hopLimit: 5 }],
  ['none where it has none', 'TcpExt: A\nTcpExt: 3\n', { md5: 0, hopLimit: 0 }],
  ['none in another text', 'rubbish', { md5: 0, hopLimit: 0 }],
])('gives %s', (_, text, drops) => {
  expect(tcpDropsIn(text)).toEqual(drops);
});

it('gives nothing where the file cannot be read', () => {
  expect(tcpDrops('/proc/net/netstat/missing')).toBeUndefined();
});
