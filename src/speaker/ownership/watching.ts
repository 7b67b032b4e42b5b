import type { AddressState } from './address-state.ts';
import type { Claimant, Surroundings } from './surroundings.ts';

/** The owner and those who take over from it, in turn. */
const IN_LINE = 3;

/**
 * The peers that this node keeps sessions with for the sake of one address: the others among the first three in line,
 * where this node is one of them. The owner is the first; behind it those that could take over, gone or not, since one
 * that comes back has to be noticed.
 */
export function watchedBy(
  state: AddressState,
  claimants: readonly Claimant[],
  { self, now, peer }: Pick<Surroundings, 'self' | 'now' | 'peer'>,
): readonly string[] {
  const answers = state.role === 'Owner' || state.role === 'Held';
  const owner = answers ? self : claimants.find(({ claim }) => claim.role === 'Owner')?.peer.node;
  const candidates = state.plan?.candidates ?? [];
  const line = owner === undefined ? [...candidates] : [owner, ...candidates.filter((node) => node !== owner)];
  const first = line.filter((node) => node === self || node === owner || peer(node)?.standing(now) !== 'Gone');
  const watched = first.slice(0, IN_LINE);
  return watched.includes(self) ? watched.filter((node) => node !== self) : [];
}
