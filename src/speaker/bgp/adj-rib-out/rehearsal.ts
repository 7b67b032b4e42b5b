import { AdjRibOut } from './adj-rib-out.ts';
import type { RibSession } from './rib-session.ts';

/** Rehearsals after which the engine has compiled what tells routes; each takes well under a millisecond by then. */
export const REHEARSALS = 50;
/** Routes of one rehearsal, few enough that nothing else waits long. */
const ROUTES = 200;
/** 198.18.0.0: benchmarks (RFC 2544). Nobody is told. */
const FIRST = 0xc6120000;
const ATTRIBUTES = {};
const SESSION: RibSession = {
  localAs: 64_512,
  internal: false,
  fourOctetAs: true,
  nextHops: new Map([['IPv4', [{ family: 'IPv4', value: FIRST }]]]),
  maxMessageLength: 4096,
};

/**
 * Tells nobody of some routes and takes them back, for the sake of running: in code that has never run the first 10,000
 * routes of a process take 15 ms, and 1 ms after {@link REHEARSALS} rehearsals. Gives how many octets that made.
 */
export function rehearse(): number {
  const rib = new AdjRibOut();
  const routes = Array.from({ length: ROUTES }, (_, index) => {
    return [{ address: { family: 'IPv4', value: FIRST + index }, length: 32 }, ATTRIBUTES] as const;
  });
  let octets = 0;
  const say = () => {
    for (let more = rib.take(); more !== undefined; more = rib.take()) octets += more.byteLength;
  };
  rib.replace(routes);
  rib.begin(SESSION);
  say();
  rib.replace([]);
  say();
  rib.replace(routes);
  say();
  rib.end();
  return octets;
}
