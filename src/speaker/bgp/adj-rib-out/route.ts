import type { IPFamily } from '../../../ip/family.ts';
import type { Prefix } from '../../../ip/prefix.ts';
import type { RouteAttributes } from './route-attributes.ts';

/** Attributes that any number of routes share. Two groups never say the same. */
export interface AttributeGroup {
  readonly key: string;
  readonly attributes: RouteAttributes;
  /** How many routes want it, and how many have been told. */
  members: number;
}

/** One prefix: what is wanted, and what the peer has been told. */
export interface Route {
  readonly prefix: Prefix;
  readonly family: IPFamily;
  /** Undefined: not to be advertised. */
  wanted: AttributeGroup | undefined;
  /** Undefined: the peer knows nothing of it, in this session. */
  told: AttributeGroup | undefined;
  /** To be told although the peer knows it: it asked for all routes again. */
  again: boolean;
  /** Its place in the queue of changes, where it waits there. */
  queuedAt: number | undefined;
  /** The last call of `replace` that wanted it. */
  generation: number;
}
