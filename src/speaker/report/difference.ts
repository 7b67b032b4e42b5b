import type { SpeakerReport } from '../../api/speaker-status.ts';

/** How much two reports differ; the later ones include the earlier. */
export type Difference =
  | 'None'
  /** Only in when something was last seen or done, or in what others announce: worth a write now and then. */
  | 'Times'
  /** Only in what is withheld: on most nodes all that a change of a Service is. */
  | 'Withheld'
  /** Only in that, and in what is announced: it goes on changing for as long as Services come and go, or a node takes over. */
  | 'Announced'
  /** In what others decide by and people are to see: interfaces, the states of sessions, machines that claim our addresses. */
  | 'Facts';

type Entry = NonNullable<SpeakerReport['l2']>[number];
type Session = NonNullable<SpeakerReport['sessions']>[number];

/** What an entry says but for times. */
const SAID = [
  'address',
  'service',
  'interface',
  'role',
  'since',
  'witness',
] as const satisfies readonly (keyof Entry)[];

/** See {@link Difference}. Costs next to nothing where the first of thousands of entries differs, and little where none does. */
export function differenceOf(before: SpeakerReport, after: SpeakerReport): Difference {
  const [former, latter] = [partsOf(before), partsOf(after)];
  if (former.facts !== latter.facts) return 'Facts';
  if (former.counts !== latter.counts || !isSameList(before.l2, after.l2, saysSame)) return 'Announced';
  if (former.withheld !== latter.withheld) return 'Withheld';
  return former.times === latter.times && isSameList(before.l2, after.l2, isSameTime) ? 'None' : 'Times';
}

/** All but the entries, of which there may be thousands: as text, by how much it matters that it changes. */
function partsOf({ l2: _, withheld, unlisted, sessions, ...rest }: SpeakerReport) {
  return {
    facts: JSON.stringify({ ...rest, sessions: sessions?.map(withoutAttempt) }, withoutTimes),
    counts: JSON.stringify([unlisted, sessions?.map(({ advertised }) => advertised)]),
    withheld: JSON.stringify(withheld?.filter(({ reason }) => reason !== 'NotOwner')),
    times: JSON.stringify([rest, withheld, sessions]),
  };
}

function withoutTimes(key: string, value: unknown): unknown {
  return key === 'seen' || key === 'at' ? undefined : value;
}

/** A peer that is out of reach is tried for ever: how far an attempt is tells nothing. */
function withoutAttempt(session: Session): object {
  const { advertised: _, ...rest } = session;
  return session.state === 'Established' ? rest : { ...rest, state: undefined, since: undefined };
}

function isSameList(
  before: readonly Entry[] = [],
  after: readonly Entry[] = [],
  isSame: (a: Entry, b: Entry) => boolean,
): boolean {
  return (
    before.length === after.length &&
    after.every((entry, index) => {
      const former = before[index];
      return former === entry || (former !== undefined && isSame(former, entry));
    })
  );
}

function saysSame(a: Entry, b: Entry): boolean {
  return SAID.every((key) => a[key] === b[key]);
}

function isSameTime(a: Entry, b: Entry): boolean {
  return a.lastAnswered === b.lastAnswered;
}
