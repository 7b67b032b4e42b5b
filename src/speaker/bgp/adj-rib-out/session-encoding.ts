import type { IPFamily } from '../../../ip/family.ts';
import { type EncodedGroup, encodeGroup } from './encoded-group.ts';
import type { RibSession } from './rib-session.ts';
import type { AttributeGroup, Route } from './route.ts';

/** Stands for the group of what is withdrawn. */
const WITHDRAWALS = {};

/** The groups as one session sends them, each encoded once. */
export class SessionEncoding {
  readonly #encoded = new WeakMap<object, Partial<Record<IPFamily, EncodedGroup>>>();

  constructor(readonly session: RibSession) {}

  /** Without a group: what withdrawals need. */
  of(family: IPFamily, group: AttributeGroup | undefined): EncodedGroup {
    let families = this.#encoded.get(group ?? WITHDRAWALS);
    if (families === undefined) {
      families = {};
      this.#encoded.set(group ?? WITHDRAWALS, families);
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
