import type { Member } from '../../test/lab/network.ts';

/** Where a sender runs. */
export interface Place {
  readonly member: Member;
  /** A fresh folder of its own. */
  readonly folder: string;
}

/** A BGP speaker with routes for the receiver, which connects to it. */
export interface RunningSender {
  /** Tells one prefix more. */
  add(prefix: string): Promise<void>;
  /** Takes all routes back, over the session that stands. */
  withdrawAll(): Promise<void>;
}

/** One of those that are compared. */
export interface Sender {
  readonly name: string;
  /** Starts it with so many routes, and waits until it has them all. */
  start(place: Place, count: number): Promise<RunningSender>;
}
