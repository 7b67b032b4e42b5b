import type { Prefix } from '../../../../src/ip/prefix.ts';
import { AdjRibOut } from '../../../../src/speaker/bgp/adj-rib-out/adj-rib-out.ts';
import { cursorOver } from '../../../../src/speaker/bgp/adj-rib-out/portions.ts';
import type { RibSession } from '../../../../src/speaker/bgp/adj-rib-out/rib-session.ts';
import type { RouteAttributes } from '../../../../src/speaker/bgp/adj-rib-out/route-attributes.ts';
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

/** Wants exactly these, in as many steps as it takes. Gives how many those are. */
export function replace(wanted: readonly (readonly [Prefix, RouteAttributes])[]): number {
  return steps(rib.replacing(cursorOver(wanted)));
}

/** Takes all steps. Gives how many there were. */
export function steps(work: Iterable<undefined>): number {
  let count = 1;
  for (const _ of work) count += 1;
  return count;
}
