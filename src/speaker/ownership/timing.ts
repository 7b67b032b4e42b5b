/** All times of the protocol, in milliseconds. */
export interface OwnershipTiming {
  /** A speaker that starts waits so long for what others say before it places anything. */
  readonly listen: number;
  /** What a speaker held when it stopped, stood still or lost its carrier, it answers for again after so long. */
  readonly resume: number;
  /** From the first look for strangers to the first answer: kube-proxy needs 50 to 130 ms to know a new address. */
  readonly place: number;
  /** Between the probes of a placement. */
  readonly probeInterval: number;
  /** By how much each further place in line waits before it places an address that nobody has. */
  readonly placeStep: number;
  /** So long an address that somebody gave up is left to whom it was given to. */
  readonly vacancy: number;
  /** How long an address that a stranger uses is left alone; doubled each time, up to the second. */
  readonly conflictRetry: readonly [shortest: number, longest: number];
  /** By how much each further place in line waits before it takes over. */
  readonly takeoverStep: number;
  /**
   * Whoever stands before this node and does not say in so long whether it has taken over is waited for no longer; and so
   * long a node that was asked leaves it to the one that asked.
   */
  readonly poll: number;
  /** Between the questions of an inquiry, */
  readonly askInterval: number;
  /** how many there are, */
  readonly asks: number;
  /** and how long the last one waits for its answer. */
  readonly answerWithin: number;
  /** What was found out about a peer in advance counts for so long. */
  readonly foresight: number;
  /** Between inquiries about a peer that is watched in vain, but speaks. */
  readonly askAgain: number;
  /** Between looks at a node whose addresses others take care of. */
  readonly careInterval: number;
  /** So long others answer for a node whose speaker is gone. */
  readonly caretaking: number;
  /** Between signs of life to a peer, */
  readonly hello: number;
  /** to one that is not heard, */
  readonly helloUnheard: number;
  /** after a change of claims, so that a peer that missed it notices, */
  readonly helloAfterChange: number;
  /** and when this speaker says three times that it is about to stop. */
  readonly helloRepeat: number;
  /** A peer without a session that says nothing for so long is inquired about. */
  readonly helloLost: number;
  /**
   * A peer that the plan does not know any more is forgotten when it has said nothing for so long; and whoever stood still
   * for so long does not rely on its plan.
   */
  readonly forget: number;
  /** Between questions for all claims of a peer. */
  readonly queryInterval: number;
  /** An offer is repeated so often, */
  readonly offerRepeat: number;
  /** and one that nobody takes up in so long goes to the next in line. */
  readonly offer: number;
  /** So long both sides of a handover may say that they own the address. */
  readonly handover: number;
  /** In so long an address moves by choice {@link mostMoves} times at most: EVPN fabrics freeze one at five (RFC 7432 section 15.1). */
  readonly movesWithin: number;
  readonly mostMoves: number;
  /** A step is made at least so often, */
  readonly pulse: number;
  /** and one that comes so late means that this process did not run. */
  readonly pause: number;
  /** An announcement in defence of an address is repeated no sooner. */
  readonly defend: number;
  /** What a frame says of a peer that also speaks by messages counts for so long. */
  readonly hint: number;
}

export const DEFAULT_TIMING: OwnershipTiming = {
  listen: 3_000,
  resume: 300,
  place: 100,
  probeInterval: 30,
  placeStep: 1_000,
  vacancy: 300,
  conflictRetry: [10_000, 60_000],
  takeoverStep: 200,
  poll: 300,
  askInterval: 20,
  asks: 3,
  answerWithin: 40,
  foresight: 100,
  askAgain: 1_000,
  careInterval: 300,
  caretaking: 30_000,
  hello: 1_000,
  helloUnheard: 300,
  helloAfterChange: 100,
  helloRepeat: 20,
  helloLost: 3_000,
  forget: 10_000,
  queryInterval: 200,
  offerRepeat: 150,
  offer: 500,
  handover: 2_000,
  movesWithin: 180_000,
  mostMoves: 4,
  pulse: 100,
  pause: 300,
  defend: 1_000,
  hint: 1_000,
};
