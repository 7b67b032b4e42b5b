import type { IPFamily } from '../../../ip/family.ts';
import type { Prefix } from '../../../ip/prefix.ts';
import type { RouteAttributes } from './route-attributes.ts';

/** Attributes that any number of routes share. Two groups never say the same. */
export interface AttributeGroup {
  readonly key: string;
  readonly attributes: RouteAttributes;
  /** How many routes of each family want it. */
  readonly wantedBy: Record<IPFamily, number>;
  /** How many have been told, in the session that stands. */
  toldTo: number;
}

/** One prefix: what is wanted, and what the peer has been told. */
export interface Route {
  readonly prefix: Prefix;
  readonly family: IPFamily;
  /** Undefined: not to be advertised. */
  wanted: AttributeGroup | undefined;
  /** Undefined: the peer knows nothing of it. Counts in the session {@link Route.session} alone. */
  told: AttributeGroup | undefined;
  /** The number of the session in which it was last looked at. */
  session: number;
  /** To be told although the peer knows it: it asked for all routes again. */
  again: boolean;
  /** The number of the last queue of changes that it waited in, and its place there. */
  queue: number;
  place: number;
  /** The last replacement that wanted it. */
  generation: number;
}
