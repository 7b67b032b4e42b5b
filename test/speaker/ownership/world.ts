import { type AddressState, newAddressState } from '../../../src/speaker/ownership/address-state.ts';
import type { Claim, MessageBody, SpeakerState } from '../../../src/speaker/ownership/message.ts';
import type { ToldMove } from '../../../src/speaker/ownership/moves.ts';
import { Peer, type Standing } from '../../../src/speaker/ownership/peer.ts';
import type { PlannedAddress } from '../../../src/speaker/ownership/protocol.ts';
import { type Claimant, claimantsOf, type Surroundings } from '../../../src/speaker/ownership/surroundings.ts';
import { DEFAULT_TIMING as TIMING } from '../../../src/speaker/ownership/timing.ts';

export const ADDRESS = '192.0.2.7';
/** The time of a decision, unless a test says otherwise. */
export const NOW = 100_000;

/** What a test says of a peer. */
export interface PeerSketch {
  readonly standing?: Standing;
  readonly state?: SpeakerState;
  readonly claim?: Claim;
  /** For how long it has claimed that, in milliseconds before {@link NOW}. */
  readonly age?: number;
  readonly moves?: readonly ToldMove[];
  /** When its standing began, in milliseconds before {@link NOW}. */
  readonly ago?: number;
  /** Whether it was ever heard by messages. */
  readonly isSilent?: boolean;
  readonly missed?: boolean;
  /** How long it was last asked before {@link NOW} what it has claimed, and answered. */
  readonly settled?: number;
  /** For how many milliseconds from {@link NOW} on it has precedence, as it has asked. */
  readonly yielded?: number;
}

/** The peers of a decision of n1, by name; n1 has 02:…:01, n2 02:…:02, and so on. */
export function worldOf(peers: Readonly<Record<string, PeerSketch>>, more: Partial<Surroundings> = {}): Surroundings {
  const made = new Map(Object.entries(peers).map(([node, sketch]) => [node, peerOf(node, sketch)]));
  return {
    self: 'n1',
    mac: macOf('n1'),
    boot: 1,
    now: NOW,
    timing: TIMING,
    listenUntil: 0,
    hasHeard: true,
    hasCarrier: true,
    isLeaving: false,
    peer: (node) => made.get(node),
    peers: () => made.values(),
    claiming: (address) => [...made.values()].filter((peer) => peer.table.get(address) !== undefined),
    ...more,
  };
}

export function macOf(node: string): string {
  return `02:00:00:00:00:${node.slice(1).padStart(2, '0')}`;
}

/** The address as n1 has it. */
export function stateOf(more: Partial<AddressState> = {}, plan: Partial<PlannedAddress> | null = {}): AddressState {
  const planned = { address: ADDRESS, candidates: ['n1', 'n2', 'n3'], holdOff: 0, draining: false, ...plan };
  const state = newAddressState(ADDRESS, 0, TIMING.conflictRetry[0]);
  return Object.assign(state, { plan: plan === null ? undefined : planned, ...more });
}

/** What a function decides about the address, everything else being as told. */
export function decided<Decision>(
  decide: (state: AddressState, claimants: readonly Claimant[], world: Surroundings) => Decision,
  state: AddressState,
  world: Surroundings,
): Decision {
  return decide(state, claimantsOf(state, world), world);
}

function peerOf(node: string, sketch: PeerSketch): Peer {
  const {
    standing = 'Live',
    state = 'Running',
    claim,
    age = 1_000,
    moves = [],
    ago = 0,
    isSilent,
    missed,
    settled,
    yielded,
  } = sketch;
  const began = NOW - ago - 2 * TIMING.askInterval - TIMING.answerWithin;
  // Long enough before that its messages do not speak for it.
  const heard = began - TIMING.hello / 2;
  const peer = new Peer(node, macOf(node), TIMING, heard);
  const say = (version: number, body: MessageBody): void => {
    if (!isSilent) peer.read({ from: node, boot: 1, version, body }, heard);
  };
  say(0, { type: 'Hello', state: standing === 'Restarting' ? 'Restarting' : state });
  if (claim !== undefined) {
    const told = age - (NOW - heard);
    say(1, { type: 'Changes', changes: [{ address: ADDRESS, claim, age: told, moves }] });
  }
  if (missed) say(9, { type: 'Hello', state });
  if (yielded !== undefined) peer.yielded.asks(NOW + yielded - TIMING.poll);
  if (settled !== undefined) {
    peer.poll.begin(NOW - settled, NOW);
    peer.poll.answer(1);
  }
  if (standing === 'Live' || standing === 'Restarting') peer.session('Up', heard);
  else peer.session('Down', heard);
  if (standing === 'Gone' || standing === 'Forwards') {
    for (let at = began; peer.standing(at) === 'Doubtful'; at += 1) {
      peer.tick(at);
      if (standing === 'Forwards') peer.answered('Kernel');
    }
  }
  return peer;
}
