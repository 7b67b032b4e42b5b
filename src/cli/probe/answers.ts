import { setTimeout as pass } from 'node:timers/promises';
import type { Address } from '../../ip/address.ts';
import { ARP_FILTER, NDP_FILTER } from '../../os/bpf.ts';
import { openPacketSocket } from '../../os/packet-socket.ts';
import { BROADCAST_MAC, formatMac, parseMac, ZERO_MAC } from '../../speaker/arp/mac-address.ts';
import { decodeArp, encodeArp } from '../../speaker/arp/message.ts';
import { decodeNdp, encodeNdp } from '../../speaker/ndp/message.ts';
import { macOfGroup, solicitedNodeOf } from '../../speaker/ndp/solicited-node.ts';
import type { ProbeLink } from './link.ts';

/** One MAC address that was given for the address. */
export interface Answer {
  readonly mac: string;
  /** The MAC addresses that the frames came from: another one answers in the name of `mac`. */
  readonly sentBy: readonly string[];
  /** How often. */
  readonly replies: number;
  /** From a question to the first answer after it, the shortest, ms. */
  readonly rttMs: number;
}

/** Milliseconds between questions, and for which answers to the last one are waited for. */
const INTERVAL = 250;
const PATIENCE = 1000;

/** Asks all on the link who has the address, some times, and waits for answers. */
export async function askAll(link: ProbeLink, address: Address, questions: number): Promise<readonly Answer[]> {
  const answers = new Map<number, { readonly sentBy: Set<number>; replies: number; rttMs: number }>();
  let askedAt = 0;
  const fault: { error?: Error } = {};
  const socket = openPacketSocket({
    interfaceIndex: link.interface.index,
    filter: address.family === 'IPv4' ? ARP_FILTER : NDP_FILTER,
    onFrame: (frame) => {
      const answer = address.family === 'IPv4' ? arpAnswer(frame, address.value) : ndpAnswer(frame, address.value);
      if (answer === undefined) return;
      const rttMs = performance.now() - askedAt;
      const found = answers.get(answer.mac) ?? { sentBy: new Set(), replies: 0, rttMs };
      answers.set(answer.mac, found);
      found.sentBy.add(answer.source);
      found.replies++;
      found.rttMs = Math.min(found.rttMs, rttMs);
    },
    onError: (error) => {
      fault.error = error;
    },
  });
  try {
    const question = questionFor(link, address);
    for (let asked = 0; asked < questions; asked++) {
      if (asked > 0) await pass(INTERVAL);
      askedAt = performance.now();
      socket.send(question);
    }
    await pass(PATIENCE);
  } finally {
    socket.close();
  }
  if (fault.error !== undefined) throw fault.error;
  return [...answers].map(([mac, { sentBy, replies, rttMs }]) => {
    return { mac: formatMac(mac), sentBy: [...sentBy].map(formatMac), replies, rttMs };
  });
}

/** As the kernel of a client asks: by broadcast, or to the group of the address. */
function questionFor({ interface: { mac: text }, local }: ProbeLink, address: Address): Uint8Array {
  const mac = parseMac(text);
  if (address.family === 'IPv4') {
    return encodeArp({
      destination: BROADCAST_MAC,
      source: mac,
      operation: 'Request',
      senderMac: mac,
      senderAddress: Number(local.value),
      targetMac: ZERO_MAC,
      targetAddress: address.value,
    });
  }
  const group = solicitedNodeOf(address.value);
  return encodeNdp({
    type: 'Solicitation',
    destination: macOfGroup(group),
    source: mac,
    sourceAddress: BigInt(local.value),
    destinationAddress: group,
    target: address.value,
    linkAddress: mac,
  });
}

interface Given {
  readonly mac: number;
  readonly source: number;
}

function arpAnswer(frame: Uint8Array, address: number): Given | undefined {
  const decoded = decodeArp(frame);
  if (!decoded.ok) return undefined;
  const { operation, senderAddress, senderMac, source } = decoded.message;
  return operation === 'Reply' && senderAddress === address ? { mac: senderMac, source } : undefined;
}

function ndpAnswer(frame: Uint8Array, address: bigint): Given | undefined {
  const decoded = decodeNdp(frame);
  if (!decoded.ok || decoded.message.type !== 'Advertisement') return undefined;
  const { solicited, target, linkAddress, source } = decoded.message;
  return solicited && target === address ? { mac: linkAddress ?? source, source } : undefined;
}
