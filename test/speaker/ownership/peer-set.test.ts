import { expect, it } from 'vitest';
import { Outbox } from '../../../src/speaker/ownership/outbox.ts';
import { PeerSet } from '../../../src/speaker/ownership/peer-set.ts';
import { SegmentOwnership } from '../../../src/speaker/ownership/segment-ownership.ts';
import { DEFAULT_TIMING } from '../../../src/speaker/ownership/timing.ts';
import { macOf } from './world.ts';

const n2 = { node: 'n2', mac: macOf('n2') };

it('makes the more of its steps beside others', () => {
  const nothing = () => {};
  const peers = new PeerSet(DEFAULT_TIMING, new Outbox('n1', 1, macOf('n1')), nothing, nothing, nothing, nothing);
  expect(peers.pulse).toBe(1_500);
  peers.plan([n2], 'n1', 0);
  expect(peers.pulse).toBe(100);
});

it('notices beside others that it stood still for 300 ms, and 1.8 s where it knows of none', () => {
  const reports = (stillFor: number, peers: readonly { readonly node: string; readonly mac: string }[]) => {
    const core = new SegmentOwnership({ node: 'n1', mac: macOf('n1'), boot: 1, held: [] }, 0);
    const address = { address: '192.0.2.50', candidates: ['n1', 'n2'], holdOff: 0, draining: false };
    core.step({ type: 'plan', plan: { addresses: [address], peers } }, 0);
    let now = 0;
    while (core.roleOf(address.address) !== 'Owner') {
      now = core.dueAt;
      core.step({ type: 'tick' }, now);
    }
    const actions = core.step({ type: 'tick' }, core.dueAt + stillFor);
    return actions.flatMap((action) => (action.do === 'report' ? [`${action.role} ${action.cause}`] : []));
  };
  expect([reports(300, [n2]), reports(301, [n2])]).toEqual([[], ['Held Paused']]);
  expect([reports(300, []), reports(301, [])]).toEqual([[], ['Held Paused']]);
});
