import { describe, expect, it } from 'vitest';
import { type Capability, describeCapability } from '../../../../src/speaker/bgp/message/capability.ts';
import { hex } from '../octets.ts';

describe('describeCapability', () => {
  it.each<[Capability, string]>([
    [{ capability: 'Multiprotocol', afi: 1, safi: 1 }, 'Multiprotocol IPv4 unicast'],
    [{ capability: 'Multiprotocol', afi: 2, safi: 1 }, 'Multiprotocol IPv6 unicast'],
    [{ capability: 'Multiprotocol', afi: 25, safi: 70 }, 'Multiprotocol 25/70'],
    [{ capability: 'FourOctetAsNumber', asNumber: 65000 }, 'FourOctetAsNumber'],
    [{ capability: 'Unknown', code: 73, value: hex('00') }, 'capability 73'],
  ])('%j: %s', (capability, words) => expect(describeCapability(capability)).toBe(words));
});
