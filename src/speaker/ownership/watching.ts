import type { AddressState } from './address-state.ts';
import type { Claimant, Surroundings } from './surroundings.ts';

/** The owner and those who take over from it, in turn. */
const IN_LINE = 3;

/**
 * The peers that this node keeps sessions with for the sake of one address: the others among the first three in line,
 * where this node is one of them. The owner is the first; behind it those that could take over.
 */
export function watchedBy(state: AddressState, claimants: readonly Claimant[], world: Surroundings): readonly string[] {
  const { self, now } = world;
  const owner = ownerOf(state, claimants, self);
  const candidates = state.plan?.candidates ?? [];
  const watched: string[] = owner === undefined ? [] : [owner];
  for (const node of candidates) {
    if (watched.length === IN_LINE) break;
    if (node === owner) continue;
    if (node === self || world.peer(node)?.standing(now) !== 'Gone') watched.push(node);
  }
  return watched.includes(self) ? watched.filter((node) => node !== self) : [];
}

/** Whether it can make a difference for {@link watchedBy} whether the candidate is gone. */
export function isAmongFirst(
  node: string,
  candidates: readonly string[],
  isGone: (candidate: string) => boolean,
): boolean {
  let before = 0;
  for (const candidate of candidates) {
    if (candidate === node) return true;
    if (!isGone(candidate)) before++;
    if (before === IN_LINE) return false;
  }
  return false;
}

function ownerOf({ role }: AddressState, claimants: readonly Claimant[], self: string): string | undefined {
  if (role === 'Owner' || role === 'Held') return self;
  const owners = claimants.filter(({ claim }) => claim.role === 'Owner');
  return (owners.find(({ standing }) => standing !== 'Gone') ?? owners[0])?.peer.node;
}
