/** A rule of the protocol, and a change of the source that breaks it. */
export interface Mutation {
  readonly rule: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /**
   * What notices: a test, where it takes more than chance to see the difference on a network; else a seed, with which the
   * search begins where it would take long. Default: the search begins with the first.
   */
  readonly noticedBy?: string | number | undefined;
}

const mutation = (rule: string, file: string, from: string, to: string, noticedBy?: string | number): Mutation => {
  return { rule, file, from, to, noticedBy };
};

/** Each rule of `src/speaker/ownership/README.md`, broken on purpose: some seed, or the test named, has to notice. */
export const MUTATIONS: readonly Mutation[] = [
  mutation('1 a change that was missed is noticed', 'claim-table.ts', 'this.#version >= this.#newest', 'true'),
  mutation(
    '1 all claims are asked for',
    'peer-set.ts',
    'if (peer.takeQuery(now))',
    'if (peer.takeQuery(now) && now < 0)',
  ),
  mutation(
    '1 a former life is over',
    'claim-table.ts',
    'this.#pastBoots.includes(boot)',
    'false',
    'claim-table.test.ts',
  ),
  mutation('1 all claims bear the last number', 'outbox.ts', 'this.#version += page.length', 'this.#version += 0'),
  mutation(
    '1 nothing is yielded to half-known claims',
    'decide-owner.ts',
    '!table.isWhole',
    'false',
    'decide-owner.test.ts',
  ),
  mutation('2 who is not heard is asked', 'peer.ts', "return 'Doubtful'", "return 'Gone'"),
  mutation('2 a kernel is asked too', 'inquiry.ts', "this.#kernelAnswers ? 'Forwards' : 'Gone'", "'Gone'"),
  mutation(
    '2 one message puts in doubt what was gone',
    'peer.ts',
    "else if (verdict.is !== 'Speaks') {",
    'else if (false) {',
    'peer.test.ts',
  ),
  mutation('2 a late end waits for answers', 'inquiry.ts', 'if (!isLate) return', 'return', 'inquiry.test.ts'),
  mutation('2 the first three watch each other', 'watching.ts', 'IN_LINE = 3', 'IN_LINE = 1'),
  mutation(
    '2 asked before its session falls',
    'peer.ts',
    "if (this.#session !== 'Up') return;",
    'if (now > 0) return;',
  ),
  mutation(
    '2 which counts when it has fallen',
    'peer.ts',
    'const verdict = this.#verdict?.is;',
    'const verdict = this.#verdict?.is ?? this.#foreseen?.is;',
    'peer.test.ts',
  ),
  mutation(
    '2 and again who is back',
    'segment-ownership.ts',
    'markCandidacyOf(peer, (node) => this.#peers.isGone(node)),',
    'isMarked,',
  ),
  mutation('3 each in its turn', 'decide-standby.ts', '* timing.takeoverStep', '* 0', 'decide-standby.test.ts'),
  mutation('3 those before are asked', 'decide-standby.ts', 'open.length > 0 && now < until', 'false'),
  mutation('3 and leave it to who asks', 'decide-standby.ts', 'now < yielded', 'false', 63),
  mutation('3 but not for ever', 'yielded.ts', 'MOST * poll', 'Number.POSITIVE_INFINITY', 'yielded.test.ts'),
  mutation('3 all is claimed first', 'roles.ts', "change.cause === 'OwnerGone'", 'false', 'whole-set.test.ts'),
  mutation(
    '3 and a portion a step',
    'segment-ownership.ts',
    "event.type === 'tick' || !this.isPending",
    'true',
    'whole-set.test.ts',
  ),
  mutation('3 the first takes over', 'decide-standby.ts', "become('Owner', 'OwnerGone', peer.node)", 'stay()'),
  mutation(
    '3 the last to go counts',
    'decide-standby.ts',
    'b.peer.since > a.peer.since',
    'b.peer.since < a.peer.since',
    'decide-standby.test.ts',
  ),
  mutation('4 a silent speaker is taken care of', 'decide-standby.ts', "become('Caretaker',", "become('Owner',"),
  mutation('4 until it is back', 'decide-caretaker.ts', "if (claim.role === 'Owner' && !isOld) {", 'if (false) {'),
  mutation(
    '4 and has said so',
    'decide-caretaker.ts',
    "if (claim.role === 'Owner' && !isOld) {",
    "if (claim.role === 'Owner') {",
    'decide-others.test.ts',
  ),
  mutation(
    '4 or its node is gone',
    'decide-caretaker.ts',
    "if (standing === 'Gone') return",
    "if (standing === 'Doubtful') return",
  ),
  mutation(
    '4 or 30 s are over',
    'decide-caretaker.ts',
    'state.since + timing.caretaking',
    'Number.POSITIVE_INFINITY',
    'decide-others.test.ts',
  ),
  mutation(
    '4 or it has forgotten',
    'decide-caretaker.ts',
    "standing === 'Live' && claim === undefined",
    'false',
    'decide-others.test.ts',
  ),
  mutation('4 a restart is told', 'segment-ownership.ts', 'this.#peers.repeatHellos(this.now);', ''),
  mutation('4 more than once', 'peer.ts', 'LAST_WORDS = 3', 'LAST_WORDS = 1', 1143),
  mutation('5 what nobody has is placed', 'decide-standby.ts', "become('Placing', 'NobodyHasIt')", 'stay()'),
  mutation('5 each in its turn', 'decide-standby.ts', '* timing.placeStep', '* 0', 1091),
  mutation(
    '5 after listening',
    'segment-ownership.ts',
    'this.listenUntil = now + timing.listen',
    'this.listenUntil = now',
    'segment-ownership.test.ts',
  ),
  mutation(
    '5 not between two claims',
    'decide-standby.ts',
    'nobodySince + timing.vacancy',
    'nobodySince',
    'decide-standby.test.ts',
  ),
  mutation('5 not where a stranger is', 'decide-placing.ts', 'state.strangerAt >= state.since', 'false'),
  mutation(
    '5 but again when it is gone',
    'decide-placing.ts',
    "become('Placing', 'NobodyHasIt')",
    'stay()',
    'decide-others.test.ts',
  ),
  mutation(
    '6 silent when it is taken, not before',
    'roles.ts',
    'state.passedOver.add(to);',
    "state.passedOver.add(to);\n    this.become(state, { role: 'Standby', cause: 'HandedOver', node: to });",
  ),
  mutation(
    '6 silent when it is taken',
    'decide-owner.ts',
    "if (hasTaken) return become('Standby', 'HandedOver', node);",
    '',
  ),
  mutation(
    '6 a claim is younger than the offer',
    'decide-owner.ts',
    'claimedAt >= offeringSince',
    'true',
    'decide-owner.test.ts',
  ),
  mutation('6 offers go round', 'roles.ts', 'state.passedOver.clear();\n', ''),
  mutation(
    '6 to the next in line',
    'decide-owner.ts',
    'now < offer.since + timing.offer',
    'now > 0',
    'decide-owner.test.ts',
  ),
  mutation(
    '6 an offer is refused beside another owner',
    'handover.ts',
    'if (peer.table.isWhole && peer',
    'if (false && peer',
    543,
  ),
  mutation(
    '6 the drained hand over',
    'decide-owner.ts',
    'if (!isCandidate(state, world)) return',
    'if (world.now < 0) return',
  ),
  mutation(
    '6 those that leave hand over',
    'decide-owner.ts',
    "if (world.isLeaving) return 'Leaving';",
    'if (world.isLeaving) return undefined;',
  ),
  mutation('6 the better placed ask', 'decide-standby.ts', "{ do: 'request', from: peer.node }", 'stay()'),
  mutation('6 four moves at most', 'decide-owner.ts', 'recent.length >= timing.mostMoves', 'false', 280),
  mutation('6 and each counts once', 'moves.ts', 'earliest.set(id,', 'earliest.set(id + at,', 'moves.test.ts'),
  mutation(
    '6 moves are remembered',
    'roles.ts',
    'state.moves = mergeMoves(',
    'mergeMoves(',
    'segment-ownership.test.ts',
  ),
  mutation(
    '7 two owners settle it',
    'decide-owner.ts',
    'return prevails(state.address, mac, peer.mac)\n        ? defend',
    'return now > 0\n        ? defend',
  ),
  mutation(
    '7 one of them stays',
    'decide-owner.ts',
    'return prevails(state.address, mac, peer.mac)\n        ? defend',
    'return now < 0\n        ? defend',
    'decide-owner.test.ts',
  ),
  mutation('6 who may not move says so', 'decide-owner.ts', 'state.isKept = true', '', 'segment-ownership.test.ts'),
  mutation('7 a handover is no conflict', 'decide-owner.ts', '!hasTaken && isFormer', 'false', 5),
  mutation(
    '8 what was held is resumed',
    'decide-held.ts',
    "if (world.now >= state.heldUntil) return become('Owner', 'Resumed');",
    '',
    'decide-others.test.ts',
  ),
  mutation(
    '8 unless another has it',
    'decide-held.ts',
    "return become('Standby', 'TakenOver', peer.node)",
    "return become('Owner', 'Resumed', peer.node)",
    'decide-others.test.ts',
  ),
  mutation(
    '8 at once when it is taken care of',
    'decide-held.ts',
    "if (claim.of === world.self && standing === 'Live')",
    'if (false)',
    'decide-others.test.ts',
  ),
  mutation(
    '9 who stood still is silent',
    'segment-ownership.ts',
    'if (isLate)',
    'if (false)',
    'segment-ownership.test.ts',
  ),
  mutation(
    '9 but for what nobody else may have',
    'roles.ts',
    'isAlone(state, this.world)) continue;',
    'false) continue;',
    'segment-ownership.test.ts',
  ),
  mutation('9 and not for long', 'segment-ownership.ts', 'late < this.timing.forget', 'true', 'long-pause.test.ts'),
  mutation(
    '9 and doubts what it knew',
    'segment-ownership.ts',
    'this.#peers.doubtAll(this.now);',
    '',
    'segment-ownership.test.ts',
  ),
  mutation(
    '10 the deaf take nothing over',
    'decide-standby.ts',
    '!hasHeard && now < listenUntil',
    'false',
    'decide-standby.test.ts',
  ),
];
