import type { IPFamily } from '../../../ip/family.ts';
import type { Cursor } from './portions.ts';
import type { Route } from './route.ts';

/** Routes that are to be looked at, a portion at a time: what the peer is to be told of them is sent as they come. */
export interface Walk {
  readonly routes: Cursor<Route>;
  /** The peer asked for this family again: it is told once more what it knows of that, and of nothing else. */
  readonly again?: IPFamily | undefined;
  /** Routes of this family lead elsewhere: it is told them whether or not it knows them, and of nothing else. */
  readonly readdressed?: IPFamily | undefined;
}
