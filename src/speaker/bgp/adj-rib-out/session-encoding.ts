import type { IPFamily } from '../../../ip/family.ts';
import { type EncodedGroup, encodeGroup } from './encoded-group.ts';
import type { RibSession } from './rib-session.ts';
import type { AttributeGroup, Route } from './route.ts';

/** The groups as one session sends them, each encoded once. */
export class SessionEncoding {
  readonly #encoded = new WeakMap<AttributeGroup, Partial<Record<IPFamily, EncodedGroup>>>();
  /** A family is withdrawn as it was told, also when it leads nowhere any more. */
  readonly #withdrawals: Partial<Record<IPFamily, EncodedGroup>>;

  /** @param former of the same session, before its next hops changed */
  constructor(
    readonly session: RibSession,
    former?: SessionEncoding,
  ) {
    this.#withdrawals = former === undefined ? {} : { ...former.#withdrawals };
    for (const family of session.nextHops.keys()) this.#withdrawals[family] = encodeGroup(family, undefined, session);
  }

  /** Without a group: what withdrawals need. */
  of(family: IPFamily, group: AttributeGroup | undefined): EncodedGroup {
    if (group === undefined) {
      this.#withdrawals[family] ??= encodeGroup(family, undefined, this.session);
      return this.#withdrawals[family];
    }
    let families = this.#encoded.get(group);
    if (families === undefined) {
      families = {};
      this.#encoded.set(group, families);
    }
    families[family] ??= encodeGroup(family, group, this.session);
    return families[family];
  }

  /** What the peer is to be told of the route: nothing where the session or the message has no room for it. */
  targetOf({ family, wanted }: Route): AttributeGroup | undefined {
    if (wanted === undefined || !this.session.nextHops.has(family)) return undefined;
    return this.of(family, wanted).fits ? wanted : undefined;
  }
}
