import { isDeepStrictEqual } from 'node:util';
import { type Address, parseAddress } from '../../src/ip/address.ts';
import { checksumOf } from '../../src/speaker/ndp/checksum.ts';
import { ICMP } from '../../src/speaker/ndp/icmp-frame.ts';
import { decodeMessage, encodeMessage } from '../../src/speaker/ownership/message-codec.ts';
import type { WireCounters } from '../../src/speaker/wire/messages.ts';
import { OWNERSHIP_PORT } from '../../src/speaker/wire/ownership-socket.ts';
import { Random } from '../sim/random.ts';
import { OTHER_NODE } from '../speaker/arp/frame-bytes.ts';
import { ADDRESS, assignment, MemoryWire } from '../speaker/memory-wire.ts';
import { ADDRESS6 } from '../speaker/ndp/frame-bytes.ts';
import { fuzzBgp } from './bgp/fuzz-bgp.ts';
import { ARP_CORPUS, BFD_CORPUS, NDP_CORPUS, ownershipCorpus } from './corpus.ts';
import { fuzzMld } from './fuzz-mld.ts';
import { fuzzRouterDiscovery } from './fuzz-router-discovery.ts';
import { mutate, pick } from './mutation.ts';

/** Everything that octets of strangers come in by. */
export const TARGETS = ['arp', 'ndp', 'bfd', 'ownership', 'bgp', 'mld', 'router-discovery'] as const;
export type Target = (typeof TARGETS)[number];
/** Those that come in by the sockets of a node. */
type NodeTarget = Exclude<Target, 'bgp' | 'mld' | 'router-discovery'>;

/** What came of so many inputs. */
export interface FuzzResult {
  readonly target: Target;
  readonly inputs: number;
  /** How many were dropped or refused, and counted as such. */
  readonly dropped: number;
  /** Why, where they came in by the sockets of a node. */
  readonly reasons: ReadonlySet<string>;
}

/** Inputs that one node lives through: afterwards another begins, so that every state is come by from the start. */
const INPUTS_A_LIFE = 2000;

/**
 * Feeds inputs to a node that owns an IPv4 and an IPv6 address and shares a key with another one.
 *
 * @throws Error that names the input, for whatever is thrown, an address that is given up, and a drop that is not counted
 */
export function fuzz(target: Target, inputs: number, seed: number): FuzzResult {
  // Its sessions live on: what they would gather shows in the end.
  if (target === 'bgp') return { target, inputs, dropped: fuzzBgp(inputs, new Random(seed)), reasons: new Set() };
  let dropped = 0;
  const reasons = new Set<string>();
  for (let done = 0; done < inputs; done += INPUTS_A_LIFE) {
    const random = new Random(seed + done);
    const count = Math.min(INPUTS_A_LIFE, inputs - done);
    if (target === 'mld') dropped += fuzzMld(count, random);
    else if (target === 'router-discovery') dropped += fuzzRouterDiscovery(count, random);
    else {
      const node = new FuzzedNode();
      dropped += node.live(target, count, random);
      for (const reason of node.reasons(target)) reasons.add(reason);
    }
  }
  return { target, inputs, dropped, reasons };
}

const SECRET = Uint8Array.from({ length: 32 }, (_, index) => index);
const KEYS = { secrets: [SECRET], segment: '192.0.2.0/24' };
/** What a stranger may have taken for the key, or for the segment. */
const CORPORA = [
  undefined,
  { secrets: [Uint8Array.of(1)], segment: KEYS.segment },
  { secrets: [SECRET], segment: '198.51.100.0/24' },
].flatMap((keys) => ownershipCorpus(keys));
/** Of the other node, with the segments that they are on. */
const OTHER_ADDRESSES = [
  ['192.0.2.12', KEYS.segment],
  ['2001:db8::12', '2001:db8::/64'],
] as const;
const PORTS = { bfd: 3784, ownership: OWNERSHIP_PORT } as const;
const SOURCES = ['192.0.2.12', '192.0.2.12', '192.0.2.99', '2001:db8::12'].map(parseAddress);

class FuzzedNode {
  readonly #rig = new MemoryWire([ADDRESS, ADDRESS6], [SECRET]);
  readonly #roles = new Map<string, string>();
  #counters: WireCounters | undefined;

  constructor() {
    const random = new Random(1);
    // Two sessions need two discriminators.
    Object.assign(this.#rig.ports, { random: () => random.next() });
    const watch = { interval: 100, multiplier: 3 };
    const peers = ['192.0.2.12', '2001:db8::12'].map((remote) => ({ node: 'n2', mac: OTHER_NODE, remote, ...watch }));
    this.#rig.wire.assign(assignment([ADDRESS, ADDRESS6], { peers, candidates: ['n1', 'n2'] }));
    this.#say();
    this.#rig.clock.advance(2000);
    this.#look();
  }

  /** Takes so many inputs. Returns how many were dropped. */
  live(target: NodeTarget, count: number, random: Random): number {
    const before = this.#droppedBy(target);
    for (let left = count; left > 0; left--) {
      const input = mutate(corpusOf(target), random);
      const hopLimit = target === 'bfd' && random.chance(0.3) ? random.whole(0, 254) : 255;
      try {
        this.#take(target, input, hopLimit, random);
        if (left % 8 === 0) this.#rig.clock.advance(random.whole(1, 20));
        this.#look();
      } catch (error) {
        throw new Error(`${target} ${Buffer.from(input).toString('hex')}: ${String(error)}`, { cause: error });
      }
    }
    this.#rig.clock.advance(2000);
    this.#look();
    const dropped = this.#droppedBy(target) - before;
    const uncounted = this.#uncounted(target, count, dropped);
    if (uncounted !== 0)
      throw new Error(`${target}: ${uncounted} of ${count} are neither answered nor counted as dropped`);
    return dropped;
  }

  /** Why something was dropped. */
  reasons(target: NodeTarget): readonly string[] {
    return Object.keys(this.#counters?.[target].dropped ?? {});
  }

  #take(target: NodeTarget, input: Uint8Array, hopLimit: number, random: Random): void {
    if (target === 'arp' || target === 'ndp') {
      const octets = ofFamily(target, input);
      if (target === 'ndp' && random.chance(0.8)) repair(octets);
      this.#rig.client.send(octets);
      this.#rig.segment.take();
      return;
    }
    if (target === 'ownership') checkOwnershipCodec(input);
    const source = pick(SOURCES, random);
    const before = this.#rig.sent.length;
    // What fell may have had the other node count as gone, and one that is gone is not watched until it says something.
    if (this.#socketOf(target, source) === undefined) this.#say();
    const socket = this.#socketOf(target, source);
    if (socket === undefined) throw new Error(`no socket at port ${PORTS[target]}`);
    const datagram = { payload: Buffer.from(input), source, sourcePort: 50_000, hopLimit, interfaceIndex: 2 };
    socket.onDatagram(datagram);
    const told = this.#rig.sent.slice(before).filter(({ type }) => type === 'peer');
    if (hopLimit !== 255 && told.length > 0) throw new Error(`taken in with hop limit ${hopLimit}`);
  }

  #socketOf(target: keyof typeof PORTS, { family }: Address) {
    return this.#rig.udp.find(({ port, local }) => port === PORTS[target] && (local?.family ?? family) === family);
  }

  /** The other node gives a sign of life, signed, by both families. */
  #say(): void {
    const message = { from: 'n2', boot: 1, version: 0, body: { type: 'Hello', state: 'Running' } } as const;
    for (const [address, segment] of OTHER_ADDRESSES) {
      const source = parseAddress(address);
      const payload = Buffer.from(encodeMessage(message, { ...KEYS, segment }));
      const datagram = { payload, source, sourcePort: OWNERSHIP_PORT, hopLimit: 255, interfaceIndex: 2 };
      this.#socketOf('ownership', source)?.onDatagram(datagram);
    }
  }

  /** Reads what the node tells. @throws Error where it has given up an address */
  #look(): void {
    for (const message of this.#rig.sent.splice(0)) {
      if (message.type !== 'report') continue;
      this.#counters = message.counters;
      for (const { address, role } of message.roles) this.#roles.set(address, role);
    }
    for (const address of [ADDRESS, ADDRESS6]) {
      if (this.#roles.get(address) !== 'Owner') throw new Error(`${address} is ${this.#roles.get(address)}`);
    }
  }

  #droppedBy(target: NodeTarget): number {
    const counts: readonly number[] = Object.values(this.#counters?.[target].dropped ?? {});
    return counts.reduce((sum, each) => sum + each, 0);
  }

  #uncounted(target: NodeTarget, count: number, dropped: number): number {
    // A packet in a session is what it says; nothing of the others can be signed.
    if (target === 'bfd') return Math.max(0, dropped - count);
    return count - dropped - (target === 'ownership' ? 0 : (this.#counters?.[target].repliesSent ?? 0));
  }
}

function corpusOf(target: NodeTarget): readonly Uint8Array[] {
  return { arp: ARP_CORPUS, ndp: NDP_CORPUS, bfd: BFD_CORPUS, ownership: CORPORA }[target];
}

const ETHERNET_HEADER = 14;
const SHORTEST_ICMP = 4;
const ROUTER_DISCOVERY: ReadonlySet<number | undefined> = new Set([133, 134]);
const NEIGHBOR_SOLICITATION = 135;

/** The kernel hands over frames of the one EtherType alone, and those of router discovery to another socket. */
function ofFamily(target: 'arp' | 'ndp', input: Uint8Array): Uint8Array {
  const octets = Uint8Array.from({ length: Math.max(14, input.length) }, (_, index) => input[index] ?? 0);
  octets.set(target === 'arp' ? [0x08, 0x06] : [0x86, 0xdd], 12);
  if (target === 'ndp' && ROUTER_DISCOVERY.has(octets[ICMP])) octets[ICMP] = NEIGHBOR_SOLICITATION;
  return octets;
}

/** Gives an ICMPv6 message the length and the checksum that it should have: few would come any further without. */
function repair(octets: Uint8Array): void {
  if (octets.length < ICMP + SHORTEST_ICMP) return;
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  view.setUint16(ETHERNET_HEADER + 4, octets.length - ICMP);
  view.setUint16(ICMP + 2, 0);
  view.setUint16(ICMP + 2, checksumOf(view, ETHERNET_HEADER));
}

/** What is understood is written as it was read. */
function checkOwnershipCodec(input: Uint8Array): void {
  const decoded = decodeMessage(input);
  if (!decoded.ok) return;
  const again = decodeMessage(encodeMessage(decoded.message));
  if (!isDeepStrictEqual(decoded, again)) throw new Error('is not written as it was read');
}
