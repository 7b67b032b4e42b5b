import { formatAddress, parseAddress } from '../../../../src/ip/address.ts';
import type { IPFamily } from '../../../../src/ip/family.ts';
import type { Prefix } from '../../../../src/ip/prefix.ts';
import type { RibSession } from '../../../../src/speaker/bgp/adj-rib-out/rib-session.ts';
import { familyOf } from '../../../../src/speaker/bgp/message/address-family.ts';
import { decodeMessage, type Message } from '../../../../src/speaker/bgp/message/message.ts';
import { MessageReader } from '../../../../src/speaker/bgp/message/message-reader.ts';
import { prefixesOf } from '../../../../src/speaker/bgp/message/nlri.ts';
import type { PathAttribute } from '../../../../src/speaker/bgp/message/path-attribute.ts';
import { endOfRibFamily, type UpdateMessage } from '../../../../src/speaker/bgp/message/update.ts';

/** A session with AS 65001 in both families. */
export const EXTERNAL: RibSession = {
  localAs: 65002,
  internal: false,
  fourOctetAs: true,
  families: ['IPv4', 'IPv6'],
  nextHops: new Map([
    ['IPv4', [parseAddress('192.0.2.1')]],
    ['IPv6', [parseAddress('2001:db8::1')]],
  ]),
  maxMessageLength: 4096,
};
/** A peer that believes what it is told: the table that a router would have. */
export class PeerTable {
  /** Attributes, without NLRI, by prefix. */
  readonly routes = new Map<string, readonly PathAttribute[]>();
  /** Families in the order in which their End-of-RIB came. */
  readonly endOfRibs: IPFamily[] = [];
  readonly refreshes: string[] = [];
  /** Prefixes announced and withdrawn, and messages, over all time. */
  announced = 0;
  withdrawn = 0;
  messages: Message[] = [];
  readonly #session: RibSession;

  constructor(session: RibSession) {
    this.#session = session;
  }

  /** Takes whole messages as they come from the wire. */
  receive(octets: Uint8Array): void {
    const reader = new MessageReader();
    if (this.#session.maxMessageLength > 4096) reader.acceptExtendedMessages();
    reader.push(octets);
    let length = 0;
    for (let frame = reader.next(); frame !== undefined; frame = reader.next()) {
      const decoded = decodeMessage(frame, {
        fourOctetAs: this.#session.fourOctetAs,
        internal: this.#session.internal,
        families: ['IPv4', 'IPv6'],
        extendedNextHop: true,
      });
      if (!decoded.ok || decoded.treatAsWithdraw || !frame.ok) throw new Error('a message that a router would refuse');
      if (frame.octets.byteLength > this.#session.maxMessageLength) throw new Error('a message that is too long');
      length += frame.octets.byteLength;
      this.#apply(decoded.message);
    }
    if (length !== octets.byteLength) throw new Error('octets behind the last message');
  }

  #apply(message: Message): void {
    this.messages.push(message);
    if (message.type === 'ROUTE-REFRESH') this.refreshes.push(`${familyOf(message)} ${message.subtype}`);
    if (message.type !== 'UPDATE') return;
    const ended = endOfRibFamily(message);
    if (ended !== undefined) this.endOfRibs.push(ended);
    else this.#update(message);
  }

  #update({ withdrawn, attributes, nlri }: UpdateMessage): void {
    for (const prefix of prefixesOf(withdrawn, 'IPv4')) this.#withdraw(prefix);
    const plain = attributes.filter(({ name }) => name !== 'MP_REACH_NLRI' && name !== 'MP_UNREACH_NLRI');
    for (const prefix of prefixesOf(nlri, 'IPv4')) this.#announce(prefix, plain);
    for (const attribute of attributes) {
      if (attribute.name !== 'MP_REACH_NLRI' && attribute.name !== 'MP_UNREACH_NLRI') continue;
      const family = familyOf(attribute) ?? 'IPv4';
      for (const prefix of prefixesOf(attribute.nlri, family)) {
        if (attribute.name === 'MP_UNREACH_NLRI') this.#withdraw(prefix);
        else this.#announce(prefix, [{ ...attribute, nlri: new Uint8Array(0) }, ...plain]);
      }
    }
  }

  #announce(prefix: Prefix, attributes: readonly PathAttribute[]): void {
    this.announced += 1;
    this.routes.set(prefixText(prefix), attributes);
  }

  #withdraw(prefix: Prefix): void {
    this.withdrawn += 1;
    if (!this.routes.delete(prefixText(prefix)))
      throw new Error(`withdrawn, but never announced: ${prefixText(prefix)}`);
  }
}

/** The prefix as text. */
export function prefixText({ address, length }: Prefix): string {
  return `${formatAddress(address)}/${length}`;
}
