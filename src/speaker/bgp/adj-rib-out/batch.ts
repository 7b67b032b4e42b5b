import type { IPFamily } from '../../../ip/family.ts';
import { AFI } from '../message/address-family.ts';
import { beginMessage, endMessage } from '../message/header.ts';
import { encodeNlri, nlriLength } from '../message/nlri.ts';
import type { OctetWriter } from '../message/octet-writer.ts';
import { ATTRIBUTE, FLAG, OPTIONAL_NON_TRANSITIVE } from '../message/path-attribute.ts';
import type { EncodedGroup } from './encoded-group.ts';
import type { AttributeGroup, Route } from './route.ts';

const UNICAST = 1;

/** Routes of one family that go out together: with the attributes of a group, or as withdrawals. */
export class Batch {
  readonly #routes: readonly Route[];
  readonly #group: AttributeGroup | undefined;
  readonly #encoded: EncodedGroup;
  readonly #isPending: (route: Route) => boolean;
  readonly #tell: (route: Route) => void;
  #position = 0;

  /**
   * @param group what all of them are told; undefined to withdraw
   * @param tell called for each route that was written
   * @param isPending whether a route is still to be told this: it may have changed, and wait for another batch
   */
  constructor(
    routes: readonly Route[],
    group: AttributeGroup | undefined,
    encoded: EncodedGroup,
    tell: (route: Route) => void,
    isPending: (route: Route) => boolean,
  ) {
    this.#routes = routes;
    this.#group = group;
    this.#encoded = encoded;
    this.#tell = tell;
    this.#isPending = isPending;
  }

  get family(): IPFamily {
    return this.#encoded.family;
  }

  /** Writes one UPDATE with as many routes as fit. False when there was nothing left to write. */
  writeMessage(writer: OctetWriter, maxLength: number): boolean {
    if (this.#next() === undefined) return false;
    const start = beginMessage(writer, 'UPDATE');
    if (this.#encoded.plain && this.#group === undefined) this.#writeWithdrawn(writer, start, maxLength);
    else if (this.#encoded.plain) this.#writeNlri(writer, start, maxLength);
    else this.#writeMultiprotocol(writer, start, maxLength);
    endMessage(writer, start);
    return true;
  }

  /** RFC 4271 section 4.3: Withdrawn Routes, and nothing else. */
  #writeWithdrawn(writer: OctetWriter, start: number, maxLength: number): void {
    writer.uint16(0);
    const field = writer.length;
    this.#fill(writer, start + maxLength - 2);
    writer.overwriteUint16(field - 2, writer.length - field);
    writer.uint16(0);
  }

  /** RFC 4271 section 4.3: Path Attributes and Network Layer Reachability Information. */
  #writeNlri(writer: OctetWriter, start: number, maxLength: number): void {
    writer.uint16(0);
    writer.uint16(this.#encoded.attributes.byteLength);
    writer.octets(this.#encoded.attributes);
    this.#fill(writer, start + maxLength);
  }

  /** RFC 4760: MP_REACH_NLRI or MP_UNREACH_NLRI, first of all attributes (RFC 7606 section 5.1). */
  #writeMultiprotocol(writer: OctetWriter, start: number, maxLength: number): void {
    const { family, nextHop, attributes } = this.#encoded;
    const behind = this.#group === undefined ? 0 : attributes.byteLength;
    writer.uint16(0);
    writer.uint16(0);
    const attributesStart = writer.length;
    writer.uint8(OPTIONAL_NON_TRANSITIVE | FLAG.extendedLength);
    writer.uint8(this.#group === undefined ? ATTRIBUTE.MP_UNREACH_NLRI : ATTRIBUTE.MP_REACH_NLRI);
    writer.uint16(0);
    const value = writer.length;
    writer.uint16(AFI[family]);
    writer.uint8(UNICAST);
    if (this.#group !== undefined) {
      writer.uint8(nextHop.byteLength);
      writer.octets(nextHop);
      writer.uint8(0);
    }
    this.#fill(writer, start + maxLength - behind);
    writer.overwriteUint16(value - 2, writer.length - value);
    if (this.#group !== undefined) writer.octets(attributes);
    writer.overwriteUint16(attributesStart - 2, writer.length - attributesStart);
  }

  #fill(writer: OctetWriter, end: number): void {
    for (let route = this.#next(); route !== undefined; route = this.#next()) {
      if (writer.length + nlriLength(route.prefix) > end) return;
      encodeNlri(writer, route.prefix);
      this.#position += 1;
      this.#tell(route);
    }
  }

  #next(): Route | undefined {
    for (; this.#position < this.#routes.length; this.#position++) {
      const route = this.#routes[this.#position];
      if (route !== undefined && (route.told !== this.#group || route.again) && this.#isPending(route)) return route;
    }
    return undefined;
  }
}
