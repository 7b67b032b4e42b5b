import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../../src/ip/address.ts';
import { encodeMessage } from '../../../src/speaker/ownership/message-codec.ts';
import { DEFAULT_TIMING } from '../../../src/speaker/ownership/timing.ts';
import { OWNERSHIP_PORT } from '../../../src/speaker/wire/ownership-socket.ts';
import { OTHER_NODE } from '../arp/frame-bytes.ts';
import { ADDRESS, assignment, MemoryWire } from '../memory-wire.ts';

const REMOTE = '192.0.2.12';

/** n2 says that it owns the address. */
function claim({ udp }: MemoryWire): void {
  const change = { address: ADDRESS, claim: { role: 'Owner' }, age: 0, moves: [] } as const;
  const body = { type: 'Changes', changes: [change] } as const;
  const payload = Buffer.from(encodeMessage({ from: 'n2', boot: 7, version: 1, body }));
  const socket = udp.find(({ port, family }) => port === OWNERSHIP_PORT && family === 'IPv4');
  socket?.onDatagram({ payload, source: parseAddress(REMOTE), sourcePort: 1, hopLimit: 255, interfaceIndex: 2 });
}

describe('WireSegment', () => {
  it.each([
    ['reads what waits before it does what is due', true],
    ['does what is due where nothing waits', false],
  ])('%s', (_, waits) => {
    const rig = new MemoryWire();
    const peer = { node: 'n2', mac: OTHER_NODE, interval: 100, multiplier: 3, remote: REMOTE };
    rig.wire.assign(assignment([ADDRESS], { candidates: ['n1', 'n2'], peers: [peer] }));
    const { listen, place } = DEFAULT_TIMING;
    rig.clock.advance(listen + place - 10);
    expect(rig.roles().get(ADDRESS)).toBe('Placing');
    if (waits) rig.waiting.push(() => claim(rig));
    rig.clock.advance(20);
    expect(rig.roles().get(ADDRESS)).toBe(waits ? 'Standby' : 'Owner');
  });
});
