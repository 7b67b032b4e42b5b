import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../../src/ip/address.ts';
import { formatMac } from '../../../src/speaker/arp/mac-address.ts';
import { decodeArp } from '../../../src/speaker/arp/message.ts';
import { decodeNdp } from '../../../src/speaker/ndp/message.ts';
import { encodeMessage } from '../../../src/speaker/ownership/message-codec.ts';
import { DEFAULT_TIMING } from '../../../src/speaker/ownership/timing.ts';
import { OWNERSHIP_PORT } from '../../../src/speaker/wire/ownership-socket.ts';
import { Wire } from '../../../src/speaker/wire/wire.ts';
import { frame, NODE, OTHER_NODE } from '../arp/frame-bytes.ts';
import { ADDRESS, assignment, MemoryWire } from '../memory-wire.ts';
import { ADDRESS6, advertisement } from '../ndp/frame-bytes.ts';

const REMOTE = '192.0.2.12';
const REMOTE6 = '2001:db8::12';
const peer = { node: 'n2', mac: OTHER_NODE, interval: 100, multiplier: 3 };
const planned = assignment([ADDRESS, ADDRESS6], {
  candidates: ['n2', 'n1'],
  peers: [
    { ...peer, remote: REMOTE },
    { ...peer, remote: REMOTE6 },
  ],
});

/** n2 says on both segments that it owns what there is, and is not heard again. */
function lastWords(rig: MemoryWire): void {
  for (const [address, remote] of [
    [ADDRESS, REMOTE],
    [ADDRESS6, REMOTE6],
  ] as const) {
    const source = parseAddress(remote);
    const claim = { address, claim: { role: 'Owner' }, age: 0, moves: [] } as const;
    const body = { type: 'Changes', changes: [claim] } as const;
    const payload = Buffer.from(encodeMessage({ from: 'n2', boot: 7, version: 1, body }));
    for (const { port, family, onDatagram } of rig.udp) {
      if (port !== OWNERSHIP_PORT || family !== source.family) continue;
      onDatagram({ payload, source, sourcePort: port, hopLimit: 255, interfaceIndex: 2 });
    }
  }
}

/** The kernel of n2, which answers for its own addresses and forwards. */
function kernel(rig: MemoryWire): void {
  const port = rig.segment.open('n2', {
    onError: () => {},
    onFrame: (received) => {
      const arp = decodeArp(received);
      if (arp.ok && formatMac(arp.message.destination) === OTHER_NODE) {
        if (arp.message.targetAddress !== parseAddress(REMOTE).value) return;
        const to = { destination: NODE, targetMac: NODE, targetAddress: '192.0.2.11' };
        port.send(frame({ source: OTHER_NODE, operation: 2, senderAddress: REMOTE, ...to }));
      }
      const ndp = decodeNdp(received);
      if (ndp.ok && formatMac(ndp.message.destination) === OTHER_NODE) {
        if (ndp.message.target !== parseAddress(REMOTE6).value) return;
        const to = { destination: NODE, to: '2001:db8::11', flags: 0x60 };
        port.send(advertisement({ source: OTHER_NODE, target: REMOTE6, ...to }));
      }
    },
  });
}

describe('SegmentQuestions', () => {
  it('takes the answer of a kernel to the segment of the other family for no sign of its speaker', () => {
    const rig = new MemoryWire();
    // Each of the sessions has a number of its own.
    let drawn = 0;
    const random = () => {
      drawn = (drawn + 0.37) % 1;
      return drawn;
    };
    const wire = new Wire({ ...rig.ports, random }, { node: 'n1', held: [] });
    wire.assign(planned);
    kernel(rig);
    lastWords(rig);
    rig.clock.advance(DEFAULT_TIMING.helloLost + 200);
    expect(rig.roles()).toEqual(
      new Map([
        [ADDRESS, 'Caretaker'],
        [ADDRESS6, 'Caretaker'],
      ]),
    );
  });
});
