import { describe, expect, it } from 'vitest';
import type { AddressState } from '../../../src/speaker/ownership/address-state.ts';
import { decideCaretaker } from '../../../src/speaker/ownership/decide-caretaker.ts';
import { decideHeld } from '../../../src/speaker/ownership/decide-held.ts';
import { decideConflict, decidePlacing } from '../../../src/speaker/ownership/decide-placing.ts';
import type { Surroundings } from '../../../src/speaker/ownership/surroundings.ts';
import { decided, NOW, type PeerSketch, stateOf, worldOf } from './world.ts';

const OWNER = { claim: { role: 'Owner' } } as const;
const stay = (until?: number) => ({ do: 'stay', until });
const become = (role: string, cause: string, node?: string) => ({ do: 'become', role, cause, node });
type Peers = Readonly<Record<string, PeerSketch>>;

describe('decideCaretaker', () => {
  const since = NOW - 2_000;
  const care = { n3: { claim: { role: 'Caretaker', of: 'n2' } } } as const;
  const silent = { n2: { ...OWNER, standing: 'Forwards' } } as const;

  it.each<[string, Peers, Partial<Surroundings>, object]>([
    ['looks at the node again', silent, {}, { do: 'inquire', node: 'n2', notBefore: 300, until: NOW + 300 }],
    ['takes over when that is gone', { n2: { ...OWNER, standing: 'Gone' } }, {}, become('Owner', 'OwnerGone', 'n2')],
    ['or the plan has forgotten it', {}, {}, become('Owner', 'OwnerGone', 'n2')],
    ['stops when its speaker is back', { n2: OWNER }, {}, become('Standby', 'OwnerBack', 'n2')],
    ['goes on while that holds it back', { n2: { claim: { role: 'Held' } } }, {}, stay(since + 30_000)],
    ['takes over when that has forgotten it', { n2: { ago: 1_000 } }, {}, become('Owner', 'NobodyHasIt', 'n2')],
    ['stops when another has it', { ...silent, n3: OWNER }, {}, become('Standby', 'ClaimedByPeer', 'n3')],
    ['goes on beside one that is worse placed', { ...silent, ...care }, {}, { do: 'inquire', node: 'n2' }],
    [
      'leaves it to that when it leaves',
      { ...silent, ...care },
      { isLeaving: true },
      become('Standby', 'BetterCaretaker', 'n3'),
    ],
    ['takes over after 30 s', silent, { now: since + 30_000 }, become('Owner', 'SpeakerGone', 'n2')],
  ])('%s', (_, peers, world, decision) => {
    const state = stateOf({ role: 'Caretaker', since, caretakerOf: 'n2' });
    expect(decided(decideCaretaker, state, worldOf(peers, world))).toMatchObject(decision);
  });

  it('goes on until that has said something since: what it claimed before may hold no more', () => {
    const state = stateOf({ role: 'Caretaker', since: NOW - 100, caretakerOf: 'n2' });
    expect(decided(decideCaretaker, state, worldOf({ n2: OWNER }))).toEqual(stay(NOW + 300));
    state.since = NOW - 30_000;
    const silent = worldOf({ n2: { ...OWNER, ago: 30_000 } });
    expect(decided(decideCaretaker, state, silent)).toEqual(become('Standby', 'OwnerBack', 'n2'));
  });

  it('leaves it to one that is better placed', () => {
    const state = stateOf({ role: 'Caretaker', since, caretakerOf: 'n2' }, { candidates: ['n2', 'n3', 'n1'] });
    expect(decided(decideCaretaker, state, worldOf({ ...silent, ...care }))).toEqual(
      become('Standby', 'BetterCaretaker', 'n3'),
    );
  });
});

describe('decideHeld', () => {
  const held = { role: 'Held', since: NOW - 100, heldUntil: NOW + 200 } as const;
  const careOfUs = { n2: { claim: { role: 'Caretaker', of: 'n1' } } } as const;

  it.each<[string, Peers, Partial<AddressState>, object]>([
    ['waits for what others say', { n2: {} }, {}, stay(NOW + 200)],
    ['resumes when nobody says anything', { n2: {} }, { heldUntil: NOW }, become('Owner', 'Resumed')],
    [
      'or all have said that they have not got it',
      { n2: {} },
      { since: NOW - 1_000, mayResumeEarly: true },
      become('Owner', 'Resumed'),
    ],
    [
      'not while one has not said it all',
      { n2: { missed: true } },
      { since: NOW - 1_000, mayResumeEarly: true },
      stay(NOW + 200),
    ],
    ['resumes when it is taken care of', careOfUs, {}, become('Owner', 'Resumed', 'n2')],
    ['not without a carrier', careOfUs, { heldUntil: Number.POSITIVE_INFINITY }, stay()],
    ['gives it up when another has it', { n2: OWNER }, { heldUntil: NOW }, become('Standby', 'TakenOver', 'n2')],
    [
      'asks one that is not heard',
      { n2: { ...OWNER, standing: 'Doubtful' } },
      { heldUntil: NOW },
      { do: 'inquire', node: 'n2' },
    ],
    [
      'does not mind one that is gone',
      { n2: { ...OWNER, standing: 'Gone' } },
      { heldUntil: NOW },
      become('Owner', 'Resumed'),
    ],
    ['does not give it up to a frame', { n2: {} }, { seen: { node: 'n2', at: NOW } }, stay(NOW + 200)],
  ])('%s', (_, peers, more, decision) => {
    expect(decided(decideHeld, stateOf({ ...held, ...more }), worldOf(peers))).toMatchObject(decision);
  });
});

describe('decidePlacing', () => {
  it.each<[string, Peers, Partial<AddressState>, number, object]>([
    ['probes at once', {}, {}, 0, { do: 'probe' }],
    ['probes again after 30 ms', {}, { probes: 1 }, 30, { do: 'probe' }],
    ['not sooner', {}, { probes: 1 }, 29, stay(NOW + 30)],
    ['waits for answers', {}, { probes: 2 }, 31, stay(NOW + 100)],
    ['answers after 100 ms', {}, { probes: 2 }, 100, become('Owner', 'Placed')],
    ['leaves it to a stranger', {}, { probes: 2, strangerAt: NOW + 40 }, 100, become('Conflict', 'Stranger')],
    ['not to one from before', {}, { probes: 2, strangerAt: NOW - 40 }, 100, become('Owner', 'Placed')],
    ['leaves it to a peer', { n2: OWNER }, {}, 0, become('Standby', 'ClaimedByPeer', 'n2')],
    [
      'also one that shows by a frame',
      { n2: {} },
      { seen: { node: 'n2', at: NOW } },
      1,
      become('Standby', 'ClaimedByPeer', 'n2'),
    ],
    ['not to one that is gone', { n2: { ...OWNER, standing: 'Gone' } }, {}, 0, { do: 'probe' }],
  ])('%s', (_, peers, more, after, decision) => {
    const state = stateOf({ role: 'Placing', since: NOW, ...more });
    expect(decided(decidePlacing, state, worldOf(peers, { now: NOW + after }))).toMatchObject(decision);
  });

  it('stops when it is no candidate any more', () => {
    const state = stateOf({ role: 'Placing', since: NOW }, { candidates: ['n2'] });
    expect(decided(decidePlacing, state, worldOf({}))).toMatchObject(become('Standby', 'NotEligible'));
  });
});

describe('decideConflict', () => {
  it.each<[string, Peers, number, object]>([
    ['leaves it to the stranger', {}, NOW + 10, stay(NOW + 10)],
    ['looks again', {}, NOW, become('Placing', 'NobodyHasIt')],
    ['stops when a peer has it', { n2: OWNER }, NOW + 10, become('Standby', 'ClaimedByPeer', 'n2')],
  ])('%s', (_, peers, conflictUntil, decision) => {
    const state = stateOf({ role: 'Conflict', conflictUntil });
    expect(decided(decideConflict, state, worldOf(peers))).toMatchObject(decision);
  });
});
