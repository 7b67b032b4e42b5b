import { describe, expect, it } from 'vitest';
import { encodeAttributes } from '../../../src/os/netlink/attribute.ts';
import { decodeLink, encodeLinkRequest, IFF_LOWER_UP, IFF_UP } from '../../../src/os/netlink/link.ts';
import { payload } from './payloads.ts';

const AF_BRIDGE = 7;

describe('decodeLink', () => {
  it('reads an interface', () => {
    const link = decodeLink(payload('linkEth0'));
    expect(link).toMatchObject({ index: 4, name: 'eth0', mac: '02:00:00:00:00:11', operState: 6, controller: 0 });
    expect((link?.flags ?? 0) & (IFF_UP | IFF_LOWER_UP)).toBe(IFF_UP | IFF_LOWER_UP);
  });

  it('reads the port of a bridge', () => {
    expect(decodeLink(payload('linkPort'))).toMatchObject({ index: 3, name: 'p0', controller: 2 });
  });

  it.each([
    ['vrf', [[1, Buffer.from('vrf\0')] as const]],
    [undefined, []],
  ])('reads the kind %s', (kind, info) => {
    const linkInfo = encodeAttributes([[18, encodeAttributes(info)]]);
    expect(decodeLink(Buffer.concat([payload('linkEth0').subarray(0, 28), linkInfo]))?.kind).toBe(kind);
  });

  it('ignores what a bridge says of its ports', () => {
    const bytes = payload('linkPort');
    bytes[0] = AF_BRIDGE;
    expect(decodeLink(bytes)).toBeUndefined();
  });

  it('reads nothing from a message without a name or without a whole header', () => {
    expect(decodeLink(encodeLinkRequest())).toBeUndefined();
    for (let length = 0; length < 16; length++) {
      expect(decodeLink(payload('linkEth0').subarray(0, length))).toBeUndefined();
    }
  });

  it('takes an interface without state and address for what it is', () => {
    const header = payload('linkEth0').subarray(0, 28);
    expect(decodeLink(header)).toMatchObject({ name: 'eth0', mac: '', operState: 0, controller: 0 });
  });
});
