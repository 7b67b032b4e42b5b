import { expect, it } from 'vitest';
import { AddressSet } from '../../../src/speaker/ownership/address-set.ts';
import { Peer } from '../../../src/speaker/ownership/peer.ts';
import { DEFAULT_TIMING } from '../../../src/speaker/ownership/timing.ts';
import { Node, OWNER } from './one-node.ts';
import { ADDRESS } from './world.ts';

/** n2 as n1 knows it: it claims all of these. */
function claiming(addresses: readonly string[]): Peer {
  const peer = new Peer('n2', undefined, DEFAULT_TIMING, 0);
  const changes = addresses.map((address) => ({ address, claim: OWNER, age: 0, moves: [] }));
  peer.read({ from: 'n2', boot: 1, version: changes.length, body: { type: 'Changes', changes } }, 0);
  return peer;
}

it('looks for a peer that is known again at what both have and at what is unsettled, and at nothing else', () => {
  const set = new AddressSet(0);
  for (const address of ['both', 'its', 'ours', 'open', 'open and its']) set.of(address, 0).role = 'Standby';
  for (const address of ['both', 'ours']) set.of(address, 0).role = 'Owner';
  for (const address of ['open', 'open and its']) set.setUnsettled(address, true);
  set.markWaitingFor(claiming(['its', 'open and its', 'both']));
  expect(set.takeMarked(10).map(({ address }) => address)).toEqual(['open and its', 'both', 'open']);
});

it('settles a conflict as soon as all is known of the other, though what came last was about another address', () => {
  const node = new Node([{ address: ADDRESS, moves: [] }]);
  node.run(1_000);
  node.hear('n3', 2, { type: 'Hello', state: 'Running' });
  node.hearClaim('n3', OWNER, 1);
  node.run(1_100);
  expect(node.reports).toEqual(['0 Held Started', '300 Owner Resumed']);
  const changes = [{ address: '192.0.2.99', claim: OWNER, age: 0, moves: [] }];
  node.hear('n3', 2, { type: 'Changes', changes });
  expect(node.reports.slice(2)).toEqual(['1100 Standby ConflictLost']);
});
