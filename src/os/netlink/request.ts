import type { Native } from '../native.ts';
import { describeError, SystemError } from '../system-error.ts';
import { decodeError } from './error.ts';
import {
  decodeMessages,
  encodeMessage,
  type NetlinkMessage,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_DUMP_INTR,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
} from './message.ts';
import { DATAGRAM_LENGTH, openRouteSocket } from './socket.ts';

/** A question to the kernel, or a change. */
export interface RouteRequest {
  /** RTM_* of rtnetlink(7). */
  readonly type: number;
  /** NLM_F_* bits beside those that every request of its sort has. */
  readonly flags?: number;
  readonly payload: Uint8Array;
  /** What is being done, for the error's message: `cannot add 192.0.2.50/32 to lo`. */
  readonly doing: string;
}

/** The socket of all requests of this thread: to open and close one takes longer than most of them (measured). */
let socket: RouteSocket | undefined;
let sequence = 0;

interface RouteSocket {
  readonly addon: Native;
  readonly fd: number;
}

/** All that the kernel said, and the error that it ended with. */
interface Answer {
  readonly messages: readonly NetlinkMessage[];
  readonly error: SystemError | undefined;
}

/** A dump that a change interrupted is taken again; where changes never end, the last has to do. */
const MAX_DUMPS = 5;

const REMEDIES = { EPERM: 'run as root or grant CAP_NET_ADMIN' };

/**
 * Asks the kernel for a change, and returns when it is made.
 *
 * @throws SystemError with the kernel's reason: `EPERM` without CAP_NET_ADMIN.
 */
export function changeRoute(request: RouteRequest): void {
  exchange(request, NLM_F_ACK);
}

/**
 * Asks the kernel for all objects of a kind (links, addresses, routes), and returns their messages.
 *
 * @throws SystemError with the kernel's reason.
 */
export function dumpRoute(request: RouteRequest): readonly NetlinkMessage[] {
  for (let attempt = 1; ; attempt++) {
    const answer = exchange(request, NLM_F_DUMP);
    const interrupted = answer.some(({ flags }) => flags & NLM_F_DUMP_INTR);
    if (!interrupted || attempt === MAX_DUMPS) return answer.filter(({ type }) => type !== NLMSG_DONE);
  }
}

/**
 * Sends a request and returns the whole answer. Nothing here waits: the kernel carries a request out while send(2) takes
 * it, and makes up the next part of a dump while recv(2) takes the last, so the queue is never empty before the end.
 */
function exchange({ type, flags = 0, payload, doing }: RouteRequest, sort: number): readonly NetlinkMessage[] {
  let answer: Answer | undefined;
  try {
    socket ??= openRouteSocket();
    sequence = (sequence + 1) >>> 0;
    const request = { type, flags: NLM_F_REQUEST | sort | flags, sequence, payload };
    socket.addon.send(socket.fd, encodeMessage(request));
    answer = receiveAnswer(socket);
    if (answer.error !== undefined) throw answer.error;
    return answer.messages;
  } catch (error) {
    // What is left in it might be taken for the next answer.
    if (answer === undefined) closeSocket();
    throw describeError(error, doing, REMEDIES);
  }
}

function closeSocket(): void {
  socket?.addon.close(socket.fd);
  socket = undefined;
}

const buffer = new Uint8Array(DATAGRAM_LENGTH);

function receiveAnswer({ addon, fd }: RouteSocket): Answer {
  const answer: NetlinkMessage[] = [];
  for (;;) {
    const length = addon.recv(fd, buffer);
    if (length < 0) throw new SystemError('EAGAIN', 'the kernel gave no complete answer');
    const { messages, malformed } = decodeMessages(buffer.slice(0, length));
    for (const message of messages.filter((each) => each.sequence === sequence)) {
      answer.push(message);
      if (message.type !== NLMSG_ERROR && message.type !== NLMSG_DONE) continue;
      return { messages: answer, error: decodeError(message) };
    }
    if (malformed || length > DATAGRAM_LENGTH) throw new SystemError('EBADMSG', 'the answer is malformed');
  }
}
