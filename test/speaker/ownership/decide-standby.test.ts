import { describe, expect, it } from 'vitest';
import { decideStandby } from '../../../src/speaker/ownership/decide-standby.ts';
import type { Surroundings } from '../../../src/speaker/ownership/surroundings.ts';
import { decided, NOW, type PeerSketch, stateOf, worldOf } from './world.ts';

const OWNER = { claim: { role: 'Owner' } } as const;
const CARETAKER = { claim: { role: 'Caretaker', of: 'n2' } } as const;
const stay = (until?: number) => ({ do: 'stay', until });
const become = (role: string, cause: string, node?: string) => ({ do: 'become', role, cause, node });

describe('decideStandby', () => {
  it.each<[string, Record<string, PeerSketch>, object]>([
    ['the owner lives', { n2: OWNER }, stay()],
    ['the owner is not heard', { n2: { ...OWNER, standing: 'Doubtful' } }, { do: 'inquire', node: 'n2', notBefore: 0 }],
    ['the owner is gone', { n2: { ...OWNER, standing: 'Gone' } }, become('Owner', 'OwnerGone', 'n2')],
    ['its speaker is', { n2: { ...OWNER, standing: 'Forwards' } }, become('Caretaker', 'SpeakerSilent', 'n2')],
    ['it restarts', { n2: { ...OWNER, standing: 'Restarting' } }, become('Caretaker', 'Restarting', 'n2')],
    ['another takes care', { n2: { ...OWNER, standing: 'Forwards' }, n3: CARETAKER }, stay()],
    [
      'the caretaker leaves',
      { n2: { ...OWNER, standing: 'Forwards' }, n3: { ...CARETAKER, state: 'Leaving' } },
      become('Caretaker', 'SpeakerSilent', 'n2'),
    ],
    [
      'the caretaker is gone too',
      { n2: { ...OWNER, standing: 'Forwards' }, n3: { ...CARETAKER, standing: 'Gone' } },
      become('Caretaker', 'SpeakerSilent', 'n2'),
    ],
    ['one owner is gone and another lives', { n2: { ...OWNER, standing: 'Gone' }, n3: OWNER }, stay()],
    ['the owner holds it back for now', { n2: { claim: { role: 'Held' } } }, stay()],
    ['nobody has it', { n2: {} }, become('Placing', 'NobodyHasIt')],
  ])('does what is to be done when %s', (_, peers, decision) => {
    expect(decided(decideStandby, stateOf(), worldOf(peers))).toMatchObject(decision);
  });

  it.each<[string, Record<string, PeerSketch>, number | undefined]>([
    ['nobody lives before it', { n2: { standing: 'Gone' }, n3: { ...OWNER, standing: 'Gone', ago: 20 } }, undefined],
    ['one lives before it', { n2: {}, n3: { ...OWNER, standing: 'Gone', ago: 20 } }, NOW - 20 + 200],
    ['its turn has come', { n2: { settled: 0 }, n3: { ...OWNER, standing: 'Gone', ago: 220 } }, undefined],
    [
      'a former owner has been gone for long and the last one not',
      { n2: {}, n3: { ...OWNER, standing: 'Gone', ago: 20 }, n4: { ...OWNER, standing: 'Gone', ago: 60_000 } },
      NOW - 20 + 200,
    ],
  ])('waits 200 ms for each one in line before it: %s', (_, peers, until) => {
    const state = stateOf({}, { candidates: ['n2', 'n1', 'n3'] });
    const decision = until === undefined ? become('Owner', 'OwnerGone', 'n3') : stay(until);
    expect(decided(decideStandby, state, worldOf(peers))).toMatchObject(decision);
  });

  it.each<[string, PeerSketch, number, object]>([
    ['asks', {}, 0, { do: 'poll', nodes: ['n2'], until: NOW + 300 }],
    ['asks, whatever was answered before,', { settled: 10 }, 0, { do: 'poll', nodes: ['n2'], until: NOW + 300 }],
    ['asks on', {}, 299, { do: 'poll', nodes: ['n2'], until: NOW + 1 }],
    ['takes it over after an answer of', { settled: 50 }, 50, become('Owner', 'OwnerGone', 'n3')],
    ['asks on after an answer to a former question to', { settled: 60 }, 50, { do: 'poll', nodes: ['n2'] }],
    ['asks on while claims are missing', { settled: 0, missed: true }, 0, { do: 'poll', nodes: ['n2'] }],
    ['waits no longer for one that does not answer', {}, 300, become('Owner', 'OwnerGone', 'n3')],
    ['does not ask one that does not speak', { isSilent: true }, 0, become('Owner', 'OwnerGone', 'n3')],
  ])('in its turn %s the one before it', (_, n2, pollingFor, decision) => {
    const state = stateOf(pollingFor > 0 ? { pollingSince: NOW - pollingFor } : {}, { candidates: ['n2', 'n1', 'n3'] });
    const peers = { n2, n3: { ...OWNER, standing: 'Gone', ago: 900 } } as const;
    expect(decided(decideStandby, state, worldOf(peers))).toMatchObject(decision);
  });

  it.each<[string, readonly string[], object]>([
    ['behind it', ['n1', 'n2', 'n3'], stay(NOW + 40)],
    ['behind it, and the owner first', ['n3', 'n1', 'n2'], stay(NOW + 40)],
    ['before it', ['n2', 'n1', 'n3'], { do: 'poll', nodes: ['n2'], until: NOW + 300 }],
    ['that is no candidate', ['n1', 'n3'], become('Owner', 'OwnerGone', 'n3')],
  ])('lets one that has asked go first where that is %s', (_, candidates, decision) => {
    const peers = { n2: { yielded: 40 }, n3: { ...OWNER, standing: 'Gone', ago: 900 } } as const;
    expect(decided(decideStandby, stateOf({}, { candidates }), worldOf(peers))).toEqual(decision);
  });

  it('asks anew when another owner goes', () => {
    const state = stateOf({ pollingSince: NOW - 5_000 }, { candidates: ['n2', 'n1', 'n3'] });
    expect(decided(decideStandby, state, worldOf({ n2: {}, n3: OWNER }))).toEqual(stay());
    expect(state.pollingSince).toBeUndefined();
  });

  it('takes nothing over while it has heard nobody at all', () => {
    const peers = { n2: { ...OWNER, standing: 'Gone' } } as const;
    const world = { hasHeard: false, listenUntil: NOW + 10 };
    expect(decided(decideStandby, stateOf(), worldOf(peers, world))).toEqual(stay(NOW + 10));
    expect(decided(decideStandby, stateOf(), worldOf(peers, { ...world, now: NOW + 10 }))).toMatchObject(
      become('Owner', 'OwnerGone', 'n2'),
    );
  });

  it.each<[string, readonly string[], Partial<Surroundings>]>([
    ['it is no candidate', ['n2', 'n3'], {}],
    ['it leaves', ['n1', 'n2'], { isLeaving: true }],
  ])('does nothing when %s', (_, candidates, world) => {
    const state = stateOf({}, { candidates });
    expect(decided(decideStandby, state, worldOf({ n2: { ...OWNER, standing: 'Gone' } }, world))).toEqual(stay());
  });

  describe('where the owner is worse placed', () => {
    const asked = { do: 'request', from: 'n3' };
    it.each<[string, number, Record<string, PeerSketch>, readonly string[], object]>([
      ['asks when its hold-off is over', 500, { n3: OWNER }, ['n1', 'n3'], asked],
      ['waits for its hold-off', 700, { n3: OWNER }, ['n1', 'n3'], stay(NOW + 100)],
      ['never asks without one', 0, { n3: OWNER }, ['n1', 'n3'], stay()],
      ['leaves it to a better one', 500, { n2: {}, n3: OWNER }, ['n2', 'n1', 'n3'], stay(NOW + 500)],
      ['asks where the better one is gone', 500, { n2: { standing: 'Gone' }, n3: OWNER }, ['n2', 'n1', 'n3'], asked],
      ['lets one alone that is no candidate: it will offer', 500, { n3: OWNER }, ['n1', 'n2'], stay()],
      ['lets a better one alone', 500, { n3: OWNER }, ['n3', 'n1'], stay()],
    ])('%s', (_, holdOff, peers, candidates, decision) => {
      const state = stateOf({ preferredSince: NOW - 600 }, { holdOff, candidates });
      expect(decided(decideStandby, state, worldOf(peers))).toEqual(decision);
    });
  });

  describe('where nobody has it', () => {
    it.each<[string, Partial<Surroundings>, Record<string, PeerSketch>, boolean, number]>([
      ['listens after its start', { listenUntil: NOW + 70 }, {}, false, NOW + 70],
      ['waits a second for each one before it', {}, { n2: {} }, false, NOW + 1_000],
      ['waits for whom it was given to', {}, {}, true, NOW + 300],
      ['waits for what a peer claims', {}, { n3: { missed: true } }, false, NOW + 1_000],
    ])('%s', (_, world, peers, wasClaimed, until) => {
      const state = stateOf({ wasClaimed }, { candidates: ['n2', 'n1', 'n3'] });
      expect(decided(decideStandby, state, worldOf(peers, world))).toEqual(stay(until));
      expect(decided(decideStandby, state, worldOf(peers, { ...world, now: until }))).toMatchObject(
        become('Placing', 'NobodyHasIt'),
      );
    });
  });
});
