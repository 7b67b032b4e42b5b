import { randomInt } from 'node:crypto';
import { setTimeout as pass } from 'node:timers/promises';
import { type Address, formatAddress } from '../../ip/address.ts';
import { openIcmpSocket } from '../../os/icmp-socket.ts';
import { decodeEchoOutcome, type EchoOutcome, encodeEcho } from './icmp-message.ts';

/** What ICMP says of the way to an address. */
export interface Path {
  /** Echo requests sent with TTL 64, and those that were answered from there. */
  readonly sent: number;
  readonly received: number;
  /** In percent, 0 to 100. */
  readonly lossPercent: number;
  /** Of those that were answered, ms; null where none was. */
  readonly rttMs: { readonly min: number; readonly average: number; readonly max: number } | null;
  /** Who is on the way, up to the address itself where it answers. */
  readonly hops: readonly Hop[];
  /** Why a request could not be sent, or a router refused it: the last such thing. */
  readonly fault: string | null;
}

/** One router on the way, or the address itself. */
export interface Hop {
  readonly hop: number;
  /** Null where nobody said anything. */
  readonly address: string | null;
  readonly rttMs: number | null;
}

const HOP_LIMIT = 64;
/** Hops that are looked at. */
const MOST_HOPS = 16;
/** Milliseconds between echo requests, between those that look for hops, and for which the last is waited for. */
const INTERVAL = 200;
const HOP_INTERVAL = 20;
const PATIENCE = 1000;

interface Echo {
  readonly sentAt: number;
  readonly hop: number | undefined;
  outcome?: { readonly kind: EchoOutcome['kind']; readonly from: string; readonly rttMs: number };
}

/**
 * Sends echo requests to the address, and some that end on the way there.
 *
 * @throws RawSocketMissingError where raw-socket is not there, SystemError where the rights are missing.
 */
export async function findPath(address: Address, count: number): Promise<Path> {
  const { family } = address;
  const text = formatAddress(address);
  const identifier = randomInt(0x1_0000);
  const echoes: Echo[] = [];
  let fault: string | null = null;
  const socket = openIcmpSocket({
    family,
    onMessage: (message, from) => {
      const outcome = decodeEchoOutcome(family, message);
      const echo = outcome?.identifier === identifier ? echoes[outcome.sequence] : undefined;
      if (outcome === undefined || echo === undefined || echo.outcome !== undefined) return;
      echo.outcome = { kind: outcome.kind, from, rttMs: performance.now() - echo.sentAt };
      if (outcome.kind === 'Unreachable') fault = `${from} says that it cannot be reached`;
    },
    onError: (error) => {
      fault = error.message;
    },
  });
  const send = (hop?: number) => {
    const sequence = echoes.push({ sentAt: performance.now(), hop }) - 1;
    socket.send(encodeEcho(family, identifier, sequence), text, hop ?? HOP_LIMIT);
  };
  try {
    for (let sent = 0; sent < count; sent++) {
      send();
      await pass(INTERVAL);
    }
    for (let hop = 1; hop <= MOST_HOPS; hop++) {
      send(hop);
      await pass(HOP_INTERVAL);
      if (echoes.at(-1)?.outcome?.kind === 'Reply') break;
    }
    await pass(PATIENCE);
  } finally {
    socket.close();
  }
  return { ...lossOf(echoes.filter(({ hop }) => hop === undefined)), hops: hopsOf(echoes), fault };
}

function lossOf(echoes: readonly Echo[]): Pick<Path, 'sent' | 'received' | 'lossPercent' | 'rttMs'> {
  const times = echoes.flatMap(({ outcome }) => (outcome?.kind === 'Reply' ? [outcome.rttMs] : []));
  const sent = echoes.length;
  const received = times.length;
  const sum = times.reduce((total, time) => total + time, 0);
  return {
    sent,
    received,
    lossPercent: Math.round(((sent - received) / sent) * 100),
    rttMs: received === 0 ? null : { min: Math.min(...times), average: sum / received, max: Math.max(...times) },
  };
}

/** As far as anybody said anything: the address itself is the last one. */
function hopsOf(echoes: readonly Echo[]): readonly Hop[] {
  const hops = echoes.flatMap(({ hop, outcome }) => (hop === undefined ? [] : [{ hop, outcome }]));
  const reached = hops.findIndex(({ outcome }) => outcome?.kind === 'Reply');
  const last = reached >= 0 ? reached : hops.findLastIndex(({ outcome }) => outcome !== undefined);
  return hops.slice(0, last + 1).map(({ hop, outcome }) => {
    return { hop, address: outcome?.from ?? null, rttMs: outcome?.rttMs ?? null };
  });
}
