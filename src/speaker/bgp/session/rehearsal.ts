import type { Address } from '../../../ip/address.ts';
import type { TcpConnection, TcpListenerOfOne } from '../../../os/tcp-connection.ts';
import { AdjRibOut } from '../adj-rib-out/adj-rib-out.ts';
import { RouteIntake } from '../adj-rib-out/route-intake.ts';
import { packTable, type RouteRun } from '../adj-rib-out/route-run.ts';
import { CEASE } from '../message/error-codes.ts';
import { cease } from '../message/notification.ts';
import { BgpSession } from './bgp-session.ts';

/** Rehearsals after which the engine has compiled what tells routes; each takes about a millisecond by then. */
export const REHEARSALS = 50;
/** Routes of one rehearsal, few enough that nothing else waits long. */
const ROUTES = 200;
/** 198.18.0.0: benchmarks (RFC 2544). Nobody is told. */
const FIRST = 0xc6120000;
const SPEAKER: Address = { family: 'IPv4', value: FIRST + 1 };
const AS = { speaker: 64_512, peer: 64_513 };
const ATTRIBUTES = { communities: [], largeCommunities: [] };

/** What happens next in a rehearsal: its time stands still. */
type Agenda = (() => void)[];

/**
 * Prepares a rehearsal: two sessions meet in memory, one tells the other of some routes and takes them back, for the sake
 * of running. In code that has never run the first 10,000 routes of a process take 5 to 15 ms, and 1 ms after
 * {@link REHEARSALS} rehearsals. Each gives how many routes arrived.
 */
export function prepareRehearsal(): () => number {
  const table = packTable(
    Array.from({ length: ROUTES }, (_, index) => {
      return [{ address: { family: 'IPv4', value: FIRST + index }, length: 32 } as const, ATTRIBUTES] as const;
    }),
  );
  return () => {
    const agenda: Agenda = [];
    const rib = new AdjRibOut();
    const intake = new RouteIntake(rib);
    const peer = session(AS.peer, AS.speaker, new AdjRibOut(), agenda);
    const speaker = session(AS.speaker, AS.peer, rib, agenda, (listener) => {
      const ends = [new End(agenda), new End(agenda)] as const;
      ends[0].meet(ends[1], listener);
      agenda.push(() => peer.offer({ accept: (other) => ends[1].meet(ends[0], other), refuse: () => {} }));
      agenda.push(() => listener.onConnected());
      return ends[0];
    });
    const tell = (runs: readonly RouteRun[]) => {
      intake.replace(runs);
      while (intake.advance());
      speaker.tell();
      for (let next = agenda.shift(); next !== undefined; next = agenda.shift()) next();
    };
    peer.start();
    tell(table);
    speaker.start();
    tell(table);
    tell([]);
    tell(table);
    speaker.stop(cease(CEASE.administrativeShutdown));
    peer.stop(undefined);
    return peer.received;
  };
}

function session(
  localAs: number,
  peerAs: number,
  routes: AdjRibOut,
  agenda: Agenda,
  connect?: (listener: TcpListenerOfOne) => TcpConnection,
): BgpSession {
  return new BgpSession({
    configuration: {
      ...{ localAs, peerAs, bgpIdentifier: localAs, holdTime: 90, connectRetryTime: 120 },
      ...{ idleHoldTime: { initial: 1, limit: 60 }, passive: connect === undefined, families: ['IPv4'] },
      ...{ extendedNextHop: false, extendedMessages: true },
    },
    transport: {
      clock: {
        monotonic: () => 0,
        wall: () => 0,
        after: () => () => {},
        nextTurn: (callback) => agenda.push(callback),
      },
      random: () => 0,
      nextTurn: (piece) => agenda.push(piece),
      connect: (listener) => {
        if (connect === undefined) throw new Error('a passive session connects to nobody');
        return connect(listener);
      },
    },
    routes,
    carriage: () => ({ nextHops: new Map([['IPv4', [SPEAKER]]]), notCarried: [] }),
    whyNoAnswer: () => ({ cause: 'NoAnswer', text: '' }),
    onChange: () => {},
  });
}

/** One end of a connection in memory. */
class End implements TcpConnection {
  readonly local = SPEAKER;
  readonly #agenda: Agenda;
  #other: End | undefined;
  #listener: TcpListenerOfOne | undefined;

  constructor(agenda: Agenda) {
    this.#agenda = agenda;
  }

  meet(other: End, listener: TcpListenerOfOne): this {
    this.#other = other;
    this.#listener = listener;
    return this;
  }

  write(octets: Uint8Array, onTaken: () => void): void {
    this.#agenda.push(() => this.#other?.receive(octets), onTaken);
  }

  receive(octets: Uint8Array): void {
    this.#listener?.onData(octets);
  }

  end(): void {}

  destroy(): void {}

  setPassword(): void {}
}
