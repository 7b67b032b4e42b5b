import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage } from '../../../../src/speaker/bgp/message/message.ts';
import { MessageReader } from '../../../../src/speaker/bgp/message/message-reader.ts';
import type { UpdateContext } from '../../../../src/speaker/bgp/message/update.ts';
import type { SessionAction, SessionInput } from '../../../../src/speaker/bgp/session-state/action.ts';
import type { PeerConfiguration } from '../../../../src/speaker/bgp/session-state/configuration.ts';
import { SessionMachine } from '../../../../src/speaker/bgp/session-state/session-machine.ts';
import type { TimerName } from '../../../../src/speaker/bgp/session-state/state.ts';
import { configuration, PEER } from './peers.ts';

/** What is under way: octets, or what TCP says. */
interface Parcel {
  readonly content: Uint8Array | 'request' | 'established' | 'closed';
  readonly to: Speaker;
  /** The end that a request comes from, or that the parcel goes to. */
  readonly end: End;
}

/** One end of a TCP connection. */
interface End {
  readonly speaker: Speaker;
  readonly connection: number;
  other: End | undefined;
  open: boolean;
}

/** What is under way between two speakers, in the order in which it was sent. */
class Network {
  readonly parcels: Parcel[] = [];

  send(content: Parcel['content'], end: End | undefined): void {
    if (end !== undefined) this.parcels.push({ content, to: end.speaker, end });
  }

  /** What may arrive next: of each connection and direction the oldest. */
  next(): readonly Parcel[] {
    const ends = new Set<End>();
    return this.parcels.filter(({ end, content }) => {
      const first = content === 'request' || !ends.has(end);
      if (content !== 'request') ends.add(end);
      return first;
    });
  }

  deliver(parcel: Parcel): void {
    this.parcels.splice(this.parcels.indexOf(parcel), 1);
    parcel.to.arrive(parcel);
  }
}

interface Timer {
  readonly timer: TimerName;
  readonly connection: number | undefined;
  readonly at: number;
}

/** A machine on a network. */
class Speaker {
  readonly machine: SessionMachine;
  readonly timers = new Map<string, Timer>();
  readonly ends: End[] = [];
  readonly #network: Network;
  peer: Speaker | undefined;
  now = 0;

  constructor(of: PeerConfiguration, network: Network) {
    this.machine = new SessionMachine(of);
    this.#network = network;
  }

  give(input: SessionInput, request?: End): void {
    for (const action of this.machine.handle(input, { now: this.now, jitter: 1 })) this.#carryOut(action, request);
  }

  live(): readonly End[] {
    return this.ends.filter(({ open }) => open);
  }

  arrive({ content, end }: Parcel): void {
    const { connection } = end;
    if (content === 'request') {
      if (end.open) this.give({ event: 'TcpConnectionFromPeer' }, end);
    } else if (!end.open) return;
    else if (content === 'established') this.give({ event: 'TcpConnected', connection });
    else if (content === 'closed') {
      this.give({ event: 'TcpConnectionFails', connection, reason: 'closed' });
      end.open = false;
    } else {
      const reader = new MessageReader();
      reader.push(content);
      const frame = reader.next();
      if (frame) this.give({ event: 'Message', connection, decoded: decodeMessage(frame, CONTEXT) });
    }
  }

  #carryOut(action: SessionAction, request: End | undefined): void {
    switch (action.action) {
      case 'InitiateTcpConnection': {
        const end = this.#open(action.connection, undefined);
        if (this.peer) this.#network.parcels.push({ content: 'request', to: this.peer, end });
        break;
      }
      case 'AcceptTcpConnection':
        if (request) request.other = this.#open(action.connection, request);
        this.#network.send('established', request);
        break;
      case 'RefuseTcpConnection':
        this.#network.send('closed', request);
        break;
      case 'DropTcpConnection': {
        const end = this.#end(action.connection);
        end.open = false;
        this.#network.send('closed', end.other);
        break;
      }
      case 'Send':
        this.#network.send(encodeMessage(action.message), this.#end(action.connection).other);
        break;
      case 'StartTimer': {
        const { timer, connection, milliseconds } = action;
        this.timers.set(`${timer} ${connection}`, { timer, connection, at: this.now + milliseconds });
        break;
      }
      case 'StopTimer':
        expect(this.timers.delete(`${action.timer} ${action.connection}`)).toBe(true);
        break;
      default:
        break;
    }
  }

  #open(connection: number, other: End | undefined): End {
    const end: End = { speaker: this, connection, other, open: true };
    this.ends.push(end);
    return end;
  }

  #end(connection: number): End {
    const end = this.ends.find((each) => each.connection === connection && each.open);
    if (end === undefined) throw new Error(`an action for connection ${connection}, which is gone`);
    return end;
  }
}

const CONTEXT: UpdateContext = {
  fourOctetAs: true,
  internal: false,
  families: ['IPv4', 'IPv6'],
  extendedNextHop: false,
};

function pair(bgpIdentifier: number, passive: boolean) {
  const network = new Network();
  const local = new Speaker(configuration({ passive }), network);
  const remote = new Speaker({ ...PEER, bgpIdentifier }, network);
  local.peer = remote;
  remote.peer = local;
  return { network, local, remote };
}

/** Lets the earliest timer of both expire. */
function tick(speakers: readonly Speaker[]): void {
  const all = speakers.flatMap((speaker) => [...speaker.timers.values()].map((timer) => ({ speaker, timer })));
  const [first] = all.sort((a, b) => a.timer.at - b.timer.at);
  if (first === undefined) return;
  for (const speaker of speakers) speaker.now = Math.max(speaker.now, first.timer.at);
  const { timer, connection } = first.timer;
  first.speaker.timers.delete(`${timer} ${connection}`);
  first.speaker.give({ event: 'TimerExpires', timer, connection });
}

function expectOneSession(local: Speaker, remote: Speaker): void {
  expect([local.machine.state, remote.machine.state]).toEqual(['Established', 'Established']);
  expect([local.live().length, remote.live().length]).toEqual([1, 1]);
  expect(local.live()[0]?.other).toBe(remote.live()[0]);
}

const identifiers = fc.constantFrom(1, 0xc0000202, 0xffffffff);

describe('two speakers', () => {
  it('come to one session, in whatever order everything arrives', () => {
    fc.assert(
      fc.property(identifiers, fc.boolean(), fc.infiniteStream(fc.nat()), (identifier, passive, choices) => {
        const { network, local, remote } = pair(identifier, passive);
        const both = [local, remote];
        for (const speaker of both) speaker.give({ event: 'ManualStart' });
        for (let step = 0; step < 1_000; step++) {
          const established = both.every(({ machine }) => machine.state === 'Established');
          if (network.parcels.length === 0 && established) break;
          const next = network.next();
          const choice = next[(choices.next().value ?? 0) % next.length];
          if (choice === undefined) tick(both);
          else network.deliver(choice);
          for (const speaker of both) expect(speaker.live().length).toBeLessThanOrEqual(2);
        }
        expectOneSession(local, remote);
      }),
      { numRuns: 300 },
    );
  });

  it('need no timer for it where everything arrives in the order in which it was sent', () => {
    fc.assert(
      fc.property(identifiers, fc.boolean(), (identifier, localFirst) => {
        const { network, local, remote } = pair(identifier, false);
        for (const speaker of localFirst ? [local, remote] : [remote, local]) speaker.give({ event: 'ManualStart' });
        for (let next = network.parcels[0]; next !== undefined; next = network.parcels[0]) network.deliver(next);
        expectOneSession(local, remote);
      }),
    );
  });
});
