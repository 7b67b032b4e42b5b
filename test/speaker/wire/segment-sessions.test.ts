import { beforeEach, describe, expect, it } from 'vitest';
import type { BfdTransition } from '../../../src/speaker/bfd/session.ts';
import type { OwnershipEvent } from '../../../src/speaker/ownership/protocol.ts';
import type { SegmentPeer } from '../../../src/speaker/wire/messages.ts';
import { SegmentSessions } from '../../../src/speaker/wire/segment-sessions.ts';
import { UNWATCHED_AFTER } from '../../../src/speaker/wire/unwatched-peers.ts';
import { ETH0 } from '../memory-wire.ts';

const LOCAL = '192.0.2.11';
const n2: SegmentPeer = { node: 'n2', mac: undefined, remote: '192.0.2.12', interval: 100, multiplier: 3 };
const SILENT = { diagnostic: 'No Diagnostic', remoteDiagnostic: 'No Diagnostic' } as const;
const UP: BfdTransition = { ...SILENT, from: 'Init', to: 'Up', remoteState: 'Init' };
const DOWN: BfdTransition = { ...SILENT, from: 'Up', to: 'Down', remoteState: 'Up' };

let peers: readonly SegmentPeer[];
let told: OwnershipEvent[];
let unwatched: string[];
let sessions: SegmentSessions;

beforeEach(() => {
  peers = [n2];
  told = [];
  unwatched = [];
  sessions = new SegmentSessions(
    () => ({ interface: ETH0, local: LOCAL, peers }),
    (event) => told.push(event),
    (node) => unwatched.push(node),
  );
  sessions.want(['n2', 'n9']);
});

const is = (state: 'Up' | 'Down' | 'Unwatched') => ({ type: 'session', node: 'n2', state });

describe('SegmentSessions', () => {
  it('are with the nodes that are wanted and known, at the address that each is reached by', () => {
    const { interval, multiplier, remote } = n2;
    const link = { name: 'eth0', index: 2 };
    expect(sessions.watched()).toEqual([{ node: 'n2', interface: link, local: LOCAL, remote, interval, multiplier }]);
    peers = [{ ...n2, remote: '192.0.2.22' }];
    expect(sessions.watched()).toMatchObject([{ node: 'n2', remote: '192.0.2.22' }]);
  });

  it.each([
    ['is Up', [UP], [is('Up')]],
    ['has fallen', [UP, DOWN], [is('Up'), is('Down')]],
    ['was ended on purpose', [UP, { ...DOWN, remoteState: 'AdminDown' as const }], [is('Up'), is('Unwatched')]],
    ['is about to fall', ['Late'] as const, [{ type: 'late', node: 'n2' }]],
    ['has never been Up', [{ ...DOWN, from: 'Init' as const }], []],
  ])('tell the protocol when one %s', (_name, news, expected) => {
    for (const each of news) sessions.news(n2, each);
    sessions.forget();
    expect(told).toEqual(expected);
  });

  it.each([
    ['Up', [UP]],
    ['Down', [UP, DOWN]],
  ])('say nothing of a node any more that is reached by another address, where one is %s', (_name, news) => {
    for (const each of news) sessions.news(n2, each);
    peers = [{ ...n2, remote: '192.0.2.22' }];
    told = [];
    sessions.forget();
    sessions.forget();
    expect(told).toEqual([is('Unwatched')]);
  });

  it('say nothing of a node any more with which none is wanted, and go on of one that the plan has lost', () => {
    sessions.news(n2, UP);
    peers = [];
    told = [];
    sessions.forget();
    expect(told).toEqual([]);
    sessions.want([]);
    expect(told).toEqual([is('Unwatched')]);
  });

  it('are told of where one does not come Up with another address of a node', () => {
    sessions.news(n2, UP);
    const look = (now: number) => sessions.lookForUnwatched((node) => node === 'n2', now);
    expect([look(0), look(UNWATCHED_AFTER)]).toEqual([0, 0]);
    peers = [{ ...n2, remote: '192.0.2.22' }];
    sessions.forget();
    expect([look(UNWATCHED_AFTER), look(2 * UNWATCHED_AFTER), unwatched]).toEqual([0, 1, ['n2']]);
  });
});
