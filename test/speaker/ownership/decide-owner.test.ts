import { describe, expect, it } from 'vitest';
import type { AddressState } from '../../../src/speaker/ownership/address-state.ts';
import { decideOwner } from '../../../src/speaker/ownership/decide-owner.ts';
import { prevails } from '../../../src/speaker/ownership/precedence.ts';
import type { PlannedAddress } from '../../../src/speaker/ownership/protocol.ts';
import type { Surroundings } from '../../../src/speaker/ownership/surroundings.ts';
import { ADDRESS, decided, macOf, NOW, type PeerSketch, stateOf, worldOf } from './world.ts';

const OWNER = { claim: { role: 'Owner' } } as const;
/** Nodes that n1 gives way to in a conflict about the address, and that give way to it. */
const [winner = '', loser = ''] = [false, true].map((isOurs) =>
  Array.from({ length: 40 }, (_, index) => `n${index + 2}`).find(
    (node) => prevails(ADDRESS, macOf('n1'), macOf(node)) === isOurs,
  ),
);
const stay = (until?: number) => ({ do: 'stay', until });
const standby = (cause: string, node: string) => ({ do: 'become', role: 'Standby', cause, node });
const owner = (more: Partial<AddressState> = {}, plan: Partial<PlannedAddress> = {}) =>
  stateOf({ role: 'Owner', since: NOW - 5_000, defendedAt: NOW - 5_000, ...more }, plan);

describe('decideOwner, when another claims the address', () => {
  it.each<[string, Record<string, PeerSketch>, Partial<AddressState>, object]>([
    ['gives way to the one that prevails', { [winner]: OWNER }, {}, standby('ConflictLost', winner)],
    ['announces it again to one that does not', { [loser]: OWNER }, {}, { do: 'defend', node: loser }],
    ['does so once a second', { [loser]: OWNER }, { defendedAt: NOW - 300 }, stay(NOW + 700)],
    ['asks for all claims before it gives way', { [winner]: { ...OWNER, missed: true } }, {}, stay()],
    ['asks whether it lives', { [winner]: { ...OWNER, standing: 'Doubtful' } }, {}, { do: 'inquire', node: winner }],
    ['lets one that forwards be: its speaker is gone', { [winner]: { ...OWNER, standing: 'Forwards' } }, {}, stay()],
    ['lets one be that is gone', { [winner]: { ...OWNER, standing: 'Gone', ago: 3_000 } }, {}, stay()],
    ['does not give way to one that is deaf', { [winner]: { ...OWNER, standing: 'Gone' } }, {}, { do: 'defend' }],
    [
      'waits until the one that gave it has heard of that',
      { [winner]: { ...OWNER, age: 60_000 } },
      { superseded: { node: winner, until: NOW + 80 } },
      stay(NOW + 80),
    ],
    [
      'does not wait for one that has taken it again since',
      { [winner]: { ...OWNER, age: 1_000 } },
      { superseded: { node: winner, until: NOW + 80 } },
      standby('ConflictLost', winner),
    ],
    ['lets caretakers be', { [winner]: { claim: { role: 'Caretaker', of: 'n1' } } }, {}, stay()],
  ])('%s', (_, peers, more, decision) => {
    expect(decided(decideOwner, owner(more), worldOf(peers))).toMatchObject(decision);
  });

  it.each<[string, PeerSketch, number, object]>([
    ['announces it again', {}, NOW - 10, { do: 'defend', node: winner }],
    ['does nothing about a frame from before that', {}, NOW - 6_000, stay()],
    ['asks one that says nothing by messages', { isSilent: true }, NOW - 10, { do: 'inquire', node: winner }],
  ])('by a frame alone: %s', (_, sketch, at, decision) => {
    const state = owner({ seen: { node: winner, at } });
    expect(decided(decideOwner, state, worldOf({ [winner]: sketch }))).toMatchObject(decision);
  });

  it('gives way to one that says nothing by messages once that has answered', () => {
    const world = worldOf({ [winner]: { isSilent: true, standing: 'Doubtful' } });
    const peer = world.peer(winner);
    const began = NOW - 80;
    for (let at = began; peer?.standing(at) === 'Doubtful'; at++) {
      peer.tick(at);
      peer.answered('Speaker');
    }
    const state = owner({ seen: { node: winner, at: began } });
    expect(decided(decideOwner, state, world)).toEqual(standby('ConflictLost', winner));
  });
});

describe('decideOwner, when the address is to move', () => {
  const drained = { candidates: ['n2', 'n3'], draining: true };
  const offer = (to: string, cause: string) => ({ do: 'offer', to, cause });
  const moves = [1, 2, 3, 4].map((count) => ({ id: count, at: NOW - 180_000 + 1_000 * count }));

  it.each<[string, Partial<PlannedAddress>, Partial<AddressState>, Record<string, PeerSketch>, object]>([
    ['stays where it is a candidate', {}, {}, { n2: {} }, stay()],
    ['offers it when it is drained', drained, {}, { n2: {}, n3: {} }, offer('n2', 'Draining')],
    ['offers it when it is no candidate', { candidates: ['n3'] }, {}, { n3: {} }, offer('n3', 'NotEligible')],
    ['offers it to the first that can', drained, {}, { n2: { standing: 'Gone' }, n3: {} }, offer('n3', 'Draining')],
    ['offers it to none that leaves', drained, {}, { n2: { state: 'Leaving' }, n3: {} }, offer('n3', 'Draining')],
    [
      'offers it to none that restarts',
      drained,
      {},
      { n2: { standing: 'Restarting' }, n3: {} },
      offer('n3', 'Draining'),
    ],
    ['keeps it where nobody can take it', drained, {}, { n2: { standing: 'Gone' } }, stay(NOW + 1_000)],
    [
      'repeats an offer',
      drained,
      { offer: { to: 'n2', since: NOW - 160, at: NOW - 160 } },
      { n2: {}, n3: {} },
      offer('n2', 'Draining'),
    ],
    [
      'waits for what comes of it',
      drained,
      { offer: { to: 'n2', since: NOW - 100, at: NOW - 100 } },
      { n2: {}, n3: {} },
      stay(NOW + 50),
    ],
    [
      'offers it to the next when nothing comes',
      drained,
      { offer: { to: 'n2', since: NOW - 500, at: NOW - 50 }, passedOver: new Set(['n2']) },
      { n2: {}, n3: {} },
      offer('n3', 'Draining'),
    ],
    [
      'begins again at the end',
      drained,
      { passedOver: new Set(['n2', 'n3']) },
      { n2: {}, n3: {} },
      { do: 'offerAnew' },
    ],
    ['moves it four times in 180 s', drained, { moves: moves.slice(1) }, { n2: {} }, offer('n2', 'Draining')],
    ['and no fifth time', drained, { moves }, { n2: {} }, stay(NOW + 1_000)],
    [
      'offers it to a better one that asked',
      { candidates: ['n2', 'n1'] },
      { granted: 'n2' },
      { n2: {} },
      offer('n2', 'Preferred'),
    ],
    ['but not to one that is worse meanwhile', {}, { granted: 'n2' }, { n2: {} }, stay()],
    [
      'falls silent when it has been taken',
      drained,
      { offer: { to: 'n2', since: NOW - 100, at: NOW - 100 }, offeringSince: NOW - 100 },
      { n2: { ...OWNER, age: 20 } },
      standby('HandedOver', 'n2'),
    ],
    [
      'whoever took it',
      drained,
      { offer: { to: 'n2', since: NOW - 100, at: NOW - 100 }, offeringSince: NOW - 600 },
      { n2: {}, n3: { ...OWNER, age: 300 } },
      standby('HandedOver', 'n3'),
    ],
    [
      'but not for a claim from before the offer',
      drained,
      { offer: { to: loser, since: NOW - 100, at: NOW - 100 }, offeringSince: NOW - 100 },
      { [loser]: { ...OWNER, age: 7_000 } },
      { do: 'defend', node: loser },
    ],
    [
      'nor before it knows all claims of the one that took it',
      drained,
      { offer: { to: 'n2', since: NOW - 100, at: NOW - 100 }, offeringSince: NOW - 100 },
      { n2: { ...OWNER, age: 20, missed: true } },
      stay(NOW + 50),
    ],
  ])('%s', (_, plan, more, peers, decision) => {
    expect(decided(decideOwner, owner(more, plan), worldOf(peers))).toMatchObject(decision);
  });

  it('hands it over when its speaker leaves, however often it moved', () => {
    const leaving: Partial<Surroundings> = { isLeaving: true };
    const state = owner({ moves });
    expect(decided(decideOwner, state, worldOf({ n2: {} }, leaving))).toMatchObject(offer('n2', 'Leaving'));
  });
});
