import { expect, it } from 'vitest';
import { md5FailuresIn } from '../../src/os/tcp-statistics.ts';

it.each([
  [
    'their sum',
    'TcpExt: A TCPMD5NotFound TCPMD5Unexpected TCPMD5Failure B\nTcpExt: 9 1 2 4 9\nIpExt: C\nIpExt: 8\n',
    7,
  ],
  ['those that the kernel has', 'TcpExt: TCPMD5Failure\nTcpExt: 3\n', 3],
  ['none where it has none', 'TcpExt: A\nTcpExt: 3\n', 0],
  ['none in another text', 'rubbish', 0],
])('gives %s', (_, text, sum) => {
  expect(md5FailuresIn(text)).toBe(sum);
});
