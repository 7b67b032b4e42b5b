import { isDeepStrictEqual } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { decodeMessage, encodeMessage } from '../../../src/speaker/bgp/message/message.ts';
import type { Frame } from '../../../src/speaker/bgp/message/message-reader.ts';
import { MessageReader } from '../../../src/speaker/bgp/message/message-reader.ts';
import type { UpdateContext } from '../../../src/speaker/bgp/message/update.ts';
import type { Random } from '../../sim/random.ts';
import { BGP_CORPUS } from '../corpus.ts';
import { mutate } from '../mutation.ts';
import type { Stage } from './fault.ts';
import { FAULTS, FaultySessions } from './fuzz-faults.ts';
import { FuzzedSession, notificationsIn, type Sent } from './fuzzed-session.ts';
import { TYPE } from './octets.ts';

/** Where messages may lead from each state (RFC 4271 section 8.2.2). */
const NEXT: Readonly<Record<Stage, readonly string[]>> = {
  OpenSent: ['OpenSent', 'OpenConfirm', 'Established', 'Idle'],
  OpenConfirm: ['OpenConfirm', 'Established', 'Idle'],
  Established: ['Established', 'Idle'],
};
const STAGES = Object.keys(NEXT) as Stage[];

/** Codes of NOTIFICATIONs that messages can be answered by: header, OPEN, UPDATE, state machine, ROUTE-REFRESH. */
const ANSWERS: readonly number[] = [1, 2, 3, 5, 7];
/** Timers of a peer and a connection: none is left behind by a session that has ended. */
const MOST_TIMERS = 6;
/** How much of the messages have been sent when everything is warm. */
const SETTLED = 0.1;
/** Octets. Were one message in twenty of a million kept, with what there is around it, it would be more. */
const MOST_GROWTH = 8 << 20;

/**
 * Sends so many messages, a third of them with a fault whose treatment is prescribed and the others with any. Returns how
 * many were refused or taken as withdrawn.
 *
 * @throws Error that names the input, for whatever is thrown, another treatment than prescribed, and what may never be; and
 *   for memory that grows with the number of messages
 */
export function fuzzBgp(count: number, random: Random): number {
  const faulty = new FaultySessions();
  const fuzzed = new FuzzedSession();
  const settled = Math.ceil(count * SETTLED);
  let before = 0;
  let refused = 0;
  for (let left = count; left > 0; left--) {
    if (count - left === settled) before = usedHeap();
    if (random.chance(1 / 3)) {
      if (faulty.send(random.pick(FAULTS), random)) refused += 1;
      continue;
    }
    const input = mutate(BGP_CORPUS, random);
    try {
      if (checkCodec(input, anyContext(random))) refused += 1;
      checkSession(fuzzed, input, random);
    } catch (error) {
      throw new Error(`bgp ${Buffer.from(input).toString('hex')}: ${String(error)}`, { cause: error });
    }
  }
  const grown = usedHeap() - before;
  if (grown > MOST_GROWTH) throw new Error(`bgp: ${grown} octets of memory more after ${count - settled} messages`);
  return refused;
}

/** Octets that are used once whatever is garbage was collected. */
function usedHeap(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

function anyContext(random: Random): UpdateContext {
  return {
    fourOctetAs: random.chance(0.5),
    internal: random.chance(0.5),
    families: random.pick([['IPv4'], ['IPv6'], ['IPv4', 'IPv6']] as const),
    extendedNextHop: random.chance(0.5),
  };
}

/** What is understood says the same when it is written and read again. True where the input is refused. */
function checkCodec(input: Uint8Array, context: UpdateContext): boolean {
  const frame = frameOf(input);
  const decoded = frame && decodeMessage(frame, context);
  if (decoded?.ok !== true) return decoded !== undefined;
  const written = encodeMessage(decoded.message, context.fourOctetAs);
  const again = frameOf(written);
  const second = again && decodeMessage(again, context);
  // Attributes that were malformed are left out: so what they were a fault of may be no longer.
  const said = second?.ok === true ? second.message : undefined;
  const isSame = isDeepStrictEqual(said, decoded.message);
  const isRefusedForWhatIsMissing = decoded.treatAsWithdraw === true && second?.ok === false;
  if (!isSame && !isRefusedForWhatIsMissing) throw new Error('is not written as it was read');
  return decoded.treatAsWithdraw === true;
}

function frameOf(octets: Uint8Array): Frame | undefined {
  const reader = new MessageReader();
  reader.push(octets);
  return reader.next();
}

/** Whatever comes, the session keeps to what every session keeps to. */
function checkSession(fuzzed: FuzzedSession, input: Uint8Array, random: Random): void {
  const stage = random.pick(STAGES);
  fuzzed.to(stage);
  const { session } = fuzzed;
  const told = session.lastError;
  const cut = random.whole(0, input.length);
  const sent = fuzzed.receive(input.subarray(0, cut), input.subarray(cut));
  if (!NEXT[stage].includes(session.state)) throw new Error(`leads from ${stage} to ${session.state}`);
  if (fuzzed.ended !== (session.state === 'Idle')) throw new Error(`${session.state}, and the connection is not so`);
  const [notification, ...more] = notificationsIn(sent);
  if (more.length > 0) throw new Error('is answered by two NOTIFICATIONs');
  if (notification !== undefined) checkAnswer(fuzzed, notification, sent);
  if (fuzzed.ended && session.lastError === told) throw new Error('ends the session, and nothing is told of it');
  if (fuzzed.clock.pending > MOST_TIMERS) throw new Error(`${fuzzed.clock.pending} timers wait`);
}

function checkAnswer(
  fuzzed: FuzzedSession,
  { code, subcode }: { code: number; subcode: number },
  sent: readonly Sent[],
) {
  if (!ANSWERS.includes(code)) throw new Error(`is answered by ${code}/${subcode}`);
  if (sent.at(-1)?.type !== TYPE.notification) throw new Error('more is sent behind the NOTIFICATION');
  if (!fuzzed.ended) throw new Error('the connection stands behind the NOTIFICATION');
  const { lastError } = fuzzed.session;
  if (lastError?.code !== code || lastError.subcode !== subcode) throw new Error('another error is told than sent');
}
