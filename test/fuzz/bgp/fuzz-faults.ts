import { decodeMessage } from '../../../src/speaker/bgp/message/message.ts';
import { MessageReader } from '../../../src/speaker/bgp/message/message-reader.ts';
import type { Random } from '../../sim/random.ts';
import { join } from '../../speaker/bgp/octets.ts';
import type { Fault, Made } from './fault.ts';
import { FuzzedSession, notificationsIn, type Sent } from './fuzzed-session.ts';
import { MESSAGE_FAULTS } from './message-faults.ts';
import { KEEPALIVE } from './octets.ts';
import { OLD_SPEAKER_FAULTS } from './old-speaker-faults.ts';
import { UPDATE_FAULTS } from './update-faults.ts';

/** Every way of being malformed whose treatment an RFC prescribes. */
export const FAULTS: readonly Fault[] = [...MESSAGE_FAULTS, ...UPDATE_FAULTS, ...OLD_SPEAKER_FAULTS];

/** Sessions with strangers that send one malformed message after the other. */
export class FaultySessions {
  readonly #external = new FuzzedSession();
  readonly #internal = new FuzzedSession({ isInternal: true });
  readonly #old = new FuzzedSession({ isOld: true });

  /**
   * Sends one message with this fault. True where it was refused or taken as withdrawn.
   *
   * @throws Error for any other treatment than the one prescribed
   */
  send(fault: Fault, random: Random): boolean {
    const stage = random.pick(fault.stages);
    const made = fault.make(random);
    try {
      const fuzzed = fault.isInternal ? this.#internal : fault.isOld ? this.#old : this.#external;
      fuzzed.to(stage);
      const before = { received: fuzzed.session.received, errorAt: fuzzed.session.lastError };
      // A message that comes behind it in the same packet is none of anybody's business any more.
      const cut = random.whole(0, made.message.length);
      const sent = fuzzed.receive(made.message.subarray(0, cut), join(made.message.subarray(cut), KEEPALIVE));
      check(fault, made, fuzzed, sent, before);
      return fault.treatment !== 'accepted';
    } catch (error) {
      const octets = Buffer.from(made.message).toString('hex');
      throw new Error(`${fault.name} in ${stage} (${fault.source}): ${octets}: ${String(error)}`, { cause: error });
    }
  }
}

interface Before {
  readonly received: number;
  readonly errorAt: object | undefined;
}

function check(fault: Fault, made: Made, fuzzed: FuzzedSession, sent: readonly Sent[], before: Before): void {
  const { treatment } = fault;
  const { session } = fuzzed;
  const notifications = notificationsIn(sent);
  if (typeof treatment === 'object' && 'reset' in treatment) {
    const [only, ...more] = notifications;
    const [code, subcode] = treatment.reset;
    if (only?.code !== code || only.subcode !== subcode || more.length > 0) {
      throw new Error(`is answered by ${told(notifications)} and not by ${code}/${subcode}`);
    }
    if (made.data !== undefined && Buffer.compare(only.data, made.data) !== 0) {
      throw new Error(`the data are ${hexOf(only.data)} and not ${hexOf(made.data)}`);
    }
    if (sent.at(-1)?.body !== sent.find(({ type }) => type === 3)?.body) throw new Error('more is sent behind it');
    if (!fuzzed.ended || session.state !== 'Idle') throw new Error(`the session is ${session.state}`);
    if (session.lastError === before.errorAt) throw new Error('nothing is told of it');
    if (session.lastError?.code !== code || session.lastError.subcode !== subcode)
      throw new Error('another error is told');
    return;
  }
  if (notifications.length > 0 || fuzzed.ended) throw new Error(`is answered by ${told(notifications)}`);
  const received = session.received - before.received;
  if (treatment === 'treat-as-withdraw') {
    if (received !== 0) throw new Error(`${received} of its routes count`);
    return;
  }
  if (made.announces !== undefined && received !== made.announces) throw new Error(`${received} of its routes count`);
  if (typeof treatment === 'object') {
    if (received === 0) throw new Error('none of its routes count');
    checkDiscarded(treatment.discard, fault, made);
  }
}

/** The attribute is gone, or the first one of two is all that is left of it. */
function checkDiscarded(code: number, { name, isInternal = false, isOld = false }: Fault, { message }: Made): void {
  const reader = new MessageReader();
  reader.push(message);
  const frame = reader.next();
  const families = ['IPv4', 'IPv6'] as const;
  const context = { fourOctetAs: !isOld, internal: isInternal, families, extendedNextHop: false };
  const decoded = frame && decodeMessage(frame, context);
  if (decoded?.ok !== true || decoded.message.type !== 'UPDATE') throw new Error('is no UPDATE any more');
  const faults = decoded.faults?.filter((each) => each.treatment === 'AttributeDiscard' && each.code === code) ?? [];
  if (faults.length !== 1) throw new Error(`${faults.length} attributes are discarded`);
  const names: Readonly<Record<number, string>> = { 1: 'ORIGIN', 2: 'AS_PATH', 3: 'NEXT_HOP', 8: 'COMMUNITIES' };
  const left = decoded.message.attributes.filter((each) => {
    return each.name === 'raw' ? each.code === code : each.name === names[code];
  });
  const expected = name.endsWith('twice') ? 1 : 0;
  if (left.length !== expected) throw new Error(`${left.length} attributes of code ${code} are left`);
}

function told(notifications: readonly { readonly code: number; readonly subcode: number }[]): string {
  return notifications.map(({ code, subcode }) => `${code}/${subcode}`).join(', ') || 'nothing';
}

function hexOf(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex');
}
