import { AdjRibOut } from '../../../../src/speaker/bgp/adj-rib-out/adj-rib-out.ts';
import type { RibSession } from '../../../../src/speaker/bgp/adj-rib-out/rib-session.ts';
import { EXTERNAL, PeerTable } from './peer-table.ts';

/** What is to be told, and the peer of the session in which it is. */
export let rib = new AdjRibOut();
export let peer = new PeerTable(EXTERNAL);

/** Forgets everything; before each test. */
export function reset(): void {
  rib = new AdjRibOut();
  peer = new PeerTable(EXTERNAL);
}

/** A session begins, with a peer that knows nothing. */
export function begin(session: RibSession): void {
  peer = new PeerTable(session);
  rib.begin(session);
}

/** Tells the peer all there is to tell. */
export function drain(): void {
  for (let octets = rib.take(); octets !== undefined; octets = rib.take()) peer.receive(octets);
}
