import { describe, expect, it } from 'vitest';
import type { Claim } from '../../../src/speaker/ownership/message.ts';
import type { HeldAddress } from '../../../src/speaker/ownership/protocol.ts';
import { SegmentOwnership } from '../../../src/speaker/ownership/segment-ownership.ts';
import { Node, OWNER } from './one-node.ts';
import { ADDRESS, macOf } from './world.ts';

const held: readonly HeldAddress[] = [{ address: ADDRESS, moves: [] }];

describe('SegmentOwnership', () => {
  it('listens for 3 s, probes twice, and answers 100 ms later', () => {
    const node = new Node();
    node.run(3_200);
    expect(node.reports).toEqual(['3000 Placing NobodyHasIt', '3100 Owner Placed']);
    const acts = node.done.filter(({ action }) => ['probe', 'answer', 'announce'].includes(action.do));
    expect(acts.map(({ at, action }) => `${at} ${action.do}`)).toEqual([
      '3000 probe',
      '3030 probe',
      '3100 answer',
      '3100 announce',
    ]);
  });

  it('answers for what it held after 300 ms, unless another has it by then', () => {
    const alone = new Node(held);
    alone.run(400);
    expect(alone.reports).toEqual(['0 Held Started', '300 Owner Resumed']);
    const late = new Node(held);
    late.run(100);
    late.hearClaim('n2', OWNER);
    late.run(400);
    expect(late.reports).toEqual(['0 Held Started', '100 Standby TakenOver']);
  });

  it('does nothing and forgets nothing before the first plan', () => {
    const core = new SegmentOwnership({ node: 'n1', mac: macOf('n1'), boot: 1, held }, 0);
    expect(core.step({ type: 'tick' }, 5)).toEqual([]);
    const plan = { addresses: [{ address: ADDRESS, candidates: ['n1'], holdOff: 0, draining: false }], peers: [] };
    const actions = core.step({ type: 'plan', plan }, 6);
    expect(actions).toContainEqual({
      do: 'report',
      address: ADDRESS,
      role: 'Owner',
      cause: 'Resumed',
      node: undefined,
    });
  });

  it('is silent after it stood still, and answers again when nobody has taken it', () => {
    const node = new Node(held);
    node.run(1_000);
    node.now = 1_500;
    node.step({ type: 'tick' });
    node.run(2_000);
    expect(node.reports.slice(2)).toEqual(['1500 Held Paused', '1800 Owner Resumed']);
  });

  it.each<[string, readonly string[], Claim | null, readonly string[]]>([
    ['nobody else may have', ['n1'], null, []],
    ['it is to give up and nobody else may have', [], null, []],
    ['another may have', ['n1', 'n2'], null, ['1500 Held Paused', '1800 Owner Resumed']],
    [
      'another was heard to take care of',
      ['n1'],
      { role: 'Caretaker', of: 'n1' },
      ['1500 Held Paused', '1800 Owner Resumed'],
    ],
  ])('after it stood still treats as it should what %s', (_, candidates, claim, reports) => {
    const node = new Node(held, candidates);
    node.run(1_000);
    if (claim !== null) node.hearClaim('n2', claim);
    node.now = 1_500;
    node.step({ type: 'tick' });
    node.run(1_800);
    expect(node.reports.slice(2)).toEqual(reports);
    expect(node.done.some(({ at, action }) => at > 1_000 && action.do === 'silence')).toBe(reports.length > 0);
  });

  it('says when it is asked what it has claimed, behind that', () => {
    const node = new Node(held);
    node.run(300);
    node.hear('n2', 0, { type: 'Poll', number: 7 });
    const [{ message } = expect.fail()] = node.sent('Final');
    expect(message).toMatchObject({ version: node.sent('Changes').at(-1)?.message.version, body: { number: 7 } });
    expect(node.sent('Final')).toHaveLength(1);
  });

  it('is not taken to have stood still by a little', () => {
    const node = new Node(held);
    node.run(1_000);
    node.now = 1_300;
    node.step({ type: 'tick' });
    expect(node.reports).toHaveLength(2);
  });

  it('is silent without carrier', () => {
    const node = new Node(held);
    node.run(1_000);
    node.step({ type: 'carrier', up: false });
    node.run(5_000);
    node.step({ type: 'carrier', up: true });
    node.run(6_000);
    expect(node.reports.slice(2)).toEqual(['1000 Held CarrierLost', '5300 Owner Resumed']);
  });

  it('says three times that it restarts, 20 ms apart, and goes on answering', () => {
    const node = new Node(held);
    for (const peer of ['n2', 'n3']) node.hear(peer, 0, { type: 'Hello', state: 'Running' });
    node.run(1_010);
    const before = node.sent('Hello').length;
    node.step({ type: 'shutdown', reason: 'Restart' });
    node.run(1_100);
    const hellos = node.sent('Hello').slice(before);
    expect(hellos.map(({ at }) => at)).toEqual([1_010, 1_010, 1_030, 1_030, 1_050, 1_050]);
    for (const { message } of hellos) expect(message.body).toMatchObject({ type: 'Hello', state: 'Restarting' });
    expect(node.core.roleOf(ADDRESS)).toBe('Owner');
  });

  it('asks again for what it missed, at most five times a second', () => {
    const node = new Node();
    node.hear('n2', 7, { type: 'Hello', state: 'Running' });
    node.run(450);
    expect(node.sent('Query').map(({ at }) => at)).toEqual([0, 200, 400]);
  });

  it('tells a node that it hears its announcement with a sign of life, once a second', () => {
    const node = new Node();
    node.hear('n2', 0, { type: 'Hello', state: 'Running' });
    node.run(500);
    for (let time = 500; time < 3000; time += 100) {
      node.run(time);
      node.step({ type: 'heard', address: ADDRESS, node: 'n2' });
    }
    const told = node.sent('Witness');
    const hellos = node.sent('Hello').filter(({ message: { body }, at }) => body.type === 'Hello' && at > 500);
    expect(told).toHaveLength(3);
    for (const { at, message } of told) {
      expect(message.body).toEqual({ type: 'Witness', addresses: [ADDRESS] });
      expect(hellos.map((hello) => hello.at)).toContain(at);
    }
  });

  it('says when an owner that is to move has moved too often, and when it may again', () => {
    const node = new Node([{ address: ADDRESS, moves: [1, 2, 3, 4].map((id) => ({ id, age: 1_000 })) }]);
    node.run(400);
    const plan = { addresses: [{ address: ADDRESS, candidates: ['n2'], holdOff: 0, draining: true }] };
    node.hear('n2', 0, { type: 'Hello', state: 'Running' });
    node.step({ type: 'plan', plan: { ...plan, peers: [{ node: 'n2', mac: macOf('n2') }] } });
    node.run(178_000);
    expect(node.reports.slice(2)).toEqual(['400 Owner MovedTooOften']);
    node.hear('n2', 0, { type: 'Hello', state: 'Running' });
    node.run(180_000);
    expect(node.reports.slice(3)).toEqual(['179000 Owner MayMove']);
  });

  it('tells nobody so who does not speak, and not where it is out of line', () => {
    const silent = new Node();
    silent.step({ type: 'heard', address: ADDRESS, node: 'n2' });
    const other = new Node([], ['n2', 'n3', 'n4', 'n1']);
    other.hear('n2', 0, { type: 'Hello', state: 'Running' });
    other.step({ type: 'heard', address: ADDRESS, node: 'n2' });
    expect([silent.sent('Witness'), other.sent('Witness')]).toEqual([[], []]);
  });

  it('names the first who witnesses what it owns, and nobody before', () => {
    const node = new Node();
    const witnessed = () => node.done.flatMap(({ action }) => (action.do === 'witness' ? [action.node] : []));
    node.hear('n2', 0, { type: 'Witness', addresses: [ADDRESS] });
    node.run(5000);
    expect([node.core.roleOf(ADDRESS), witnessed()]).toEqual(['Owner', []]);
    for (const peer of ['n3', 'n2']) node.hear(peer, 0, { type: 'Witness', addresses: ['192.0.2.99', ADDRESS] });
    expect(witnessed()).toEqual(['n3']);
  });

  it('takes the MAC address of a peer from its signs of life where the plan has none', () => {
    const node = new Node();
    const plan = { addresses: [{ address: ADDRESS, candidates: ['n1'], holdOff: 0, draining: false }] };
    node.step({ type: 'plan', plan: { ...plan, peers: [{ node: 'n2', mac: undefined }] } });
    expect(node.core.peer('n2')?.mac).toBeUndefined();
    node.hear('n2', 0, { type: 'Hello', state: 'Running', mac: '02:00:00:00:00:77' });
    expect(node.core.peer('n2')?.mac).toBe('02:00:00:00:00:77');
    node.step({ type: 'plan', plan: { ...plan, peers: [{ node: 'n2', mac: macOf('n2') }] } });
    node.hear('n2', 0, { type: 'Hello', state: 'Running', mac: '02:00:00:00:00:78' });
    expect(node.core.peer('n2')?.mac).toBe(macOf('n2'));
  });

  it('watches the other two of the first three in line, and nobody where it is none of them', () => {
    const watched = (node: Node) => node.done.filter(({ action }) => action.do === 'watch').at(-1)?.action;
    expect(watched(new Node())).toEqual({ do: 'watch', nodes: ['n2', 'n3'] });
    expect(watched(new Node([], ['n2', 'n3', 'n4', 'n1']))).toBeUndefined();
  });

  it('watches who is back again, though that claims nothing', () => {
    const node = new Node(held);
    const watched = () => node.done.flatMap(({ action }) => (action.do === 'watch' ? [action.nodes.join()] : []));
    for (const peer of ['n2', 'n3']) node.hear(peer, 0, { type: 'Hello', state: 'Running' });
    node.run(1_000);
    for (const state of ['Up', 'Down'] as const) node.step({ type: 'session', node: 'n2', state });
    node.run(1_200);
    expect(watched()).toEqual(['n2,n3', 'n3']);
    node.step({ type: 'session', node: 'n2', state: 'Unwatched' });
    node.hear('n2', 0, { type: 'Hello', state: 'Running' });
    expect(watched()).toEqual(['n2,n3', 'n3', 'n2,n3']);
  });

  it('remembers how often an address moved, though those that had it forget', () => {
    const node = new Node();
    const moves = [500, 400, 300, 200].map((age) => ({ id: age, age }));
    node.hear('n2', 1, { type: 'Changes', changes: [{ address: ADDRESS, claim: OWNER, age: 0, moves }] });
    node.hear('n2', 0, { type: 'Hello', state: 'Running' }, 2);
    node.run(5_000);
    expect(node.reports).toContain('3100 Owner Placed');
    expect(node.core.held()).toMatchObject([
      { address: ADDRESS, moves: [5_500, 5_400, 5_300, 5_200].map((age) => ({ age })) },
    ]);
  });

  it('counts a move once, however late others tell of it, so that a drain need not wait for an address that hardly moved', () => {
    const node = new Node(held);
    node.run(400);
    const plan = (candidates: readonly string[]) => {
      const addresses = [{ address: ADDRESS, candidates, holdOff: 0, draining: true }];
      node.step({
        type: 'plan',
        plan: { addresses, peers: ['n2', 'n3'].map((peer) => ({ node: peer, mac: macOf(peer) })) },
      });
    };
    const takes = (version: number, claim: Claim | null, age: number) => {
      const moves = [{ id: 7, age }];
      node.hear('n2', version, { type: 'Changes', changes: [{ address: ADDRESS, claim, age: 0, moves }] });
    };
    node.hear('n3', 0, { type: 'Hello', state: 'Running' });
    plan(['n2', 'n3']);
    takes(1, OWNER, 0);
    expect(node.reports.at(-1)).toBe('400 Standby HandedOver');
    node.run(700);
    // The age is that of when it was sent.
    node.hear('n2', 1, { type: 'Offer', address: ADDRESS, cause: 'Draining', moves: [{ id: 7, age: 100 }] });
    expect(node.core.held()).toEqual([]);
    plan(['n1', 'n3']);
    node.hear('n2', 1, { type: 'Offer', address: ADDRESS, cause: 'Draining', moves: [{ id: 7, age: 120 }] });
    expect(node.reports.at(-1)).toBe('700 Owner Offered');
    takes(2, null, 0);
    expect(node.core.held()).toEqual([
      {
        address: ADDRESS,
        moves: [
          { id: 7, age: 300 },
          { id: 701, age: 0 },
        ],
      },
    ]);
  });

  it('takes nobody for gone because of what it did not hear while it stood still', () => {
    const node = new Node();
    node.hearClaim('n2', OWNER);
    node.step({ type: 'session', node: 'n2', state: 'Up' });
    node.run(1_000);
    node.step({ type: 'session', node: 'n2', state: 'Down' });
    node.run(1_070);
    node.now = 1_600;
    node.step({ type: 'tick' });
    node.run(1_670);
    expect(node.core.peer('n2')?.standing(node.now)).toBe('Doubtful');
    expect(node.reports).toEqual([]);
  });

  it('still knows what a node claims that the plan does not know any more, for 10 s after its last word', () => {
    const node = new Node();
    node.hearClaim('n2', OWNER);
    const plan = { addresses: [{ address: ADDRESS, candidates: ['n1'], holdOff: 0, draining: false }], peers: [] };
    node.step({ type: 'plan', plan });
    node.run(9_900);
    expect([...node.core.claiming(ADDRESS)]).toHaveLength(1);
    node.run(10_100);
    expect([...node.core.claiming(ADDRESS)]).toHaveLength(0);
  });

  it('does not take an offer of one that has nothing to offer', () => {
    const node = new Node();
    node.hearClaim('n2', OWNER);
    node.hearClaim('n2', null, 2);
    node.hear('n2', 1, { type: 'Offer', address: ADDRESS, cause: 'Draining', moves: [] });
    expect(node.reports).toEqual([]);
    node.hearClaim('n2', OWNER, 3);
    node.hear('n2', 3, { type: 'Offer', address: ADDRESS, cause: 'Draining', moves: [] });
    expect(node.reports).toEqual(['0 Owner Offered']);
  });
});
