import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../../src/ip/address.ts';
import { encodeDeleteLocalRoute, encodeNewLocalRoute } from '../../../src/os/netlink/local-route.ts';

const ROUTE = { address: parseAddress('2001:db8::50'), interfaceIndex: 1 };
/** `ip -6 route add local 2001:db8::50 dev lo table local metric 4294967294 proto static expires 5`, as strace saw it. */
const HEADER = '0a800000ff04000200000000';
const ATTRIBUTES = ['1400010020010db8000000000000000000000050', '0800040001000000', '08000600feffffff'];
const EXPIRES = '0800170005000000';

describe('a local route', () => {
  it('is added with its lifetime, behind that of the kernel, as iproute2 does', () => {
    const payload = Buffer.from(encodeNewLocalRoute(ROUTE, 5)).toString('hex');
    expect(payload).toBe([HEADER, ...ATTRIBUTES, EXPIRES].join(''));
  });

  it('is removed by all that tells it from the one of the kernel', () => {
    const payload = Buffer.from(encodeDeleteLocalRoute(ROUTE)).toString('hex');
    expect(payload).toBe([HEADER, ...ATTRIBUTES].join(''));
  });
});
