import type { WithheldReason } from '../../../api/reasons/announcement.ts';
import { formatAddress } from '../../../ip/address.ts';
import type { IPFamily } from '../../../ip/family.ts';
import type { NegotiatedSession } from '../session-state/negotiation.ts';
import { interfaceOf, type NextHops, nextHopsOf, type SessionEnds } from './next-hops.ts';
import type { InterfaceAddresses } from './session-transport.ts';

/** A family that a session is to carry and does not. */
export interface NotCarried {
  readonly family: IPFamily;
  readonly reason: Extract<WithheldReason, 'FamilyNotNegotiated' | 'NoNextHop'>;
  /** For people. */
  readonly text: string;
}

/** What an Established session carries: the families that have a next hop. */
export interface Carriage {
  readonly nextHops: NextHops;
  /** The other ones that are wanted. */
  readonly notCarried: readonly NotCarried[];
}

/** What a session carries of the wanted families. @param present the next hops that it has: those that still do stay */
export function carriageOf(
  wanted: readonly IPFamily[],
  session: Pick<NegotiatedSession, 'families' | 'extendedNextHop'>,
  ends: SessionEnds,
  interfaces: readonly InterfaceAddresses[],
  present?: NextHops,
): Carriage {
  const nextHops = nextHopsOf(session, ends, interfaces, present);
  const notCarried = wanted.flatMap((family): readonly NotCarried[] => {
    if (nextHops.has(family)) return [];
    if (session.families.includes(family)) {
      return [{ family, reason: 'NoNextHop', text: noNextHop(family, ends, interfaceOf(ends, interfaces)?.name) }];
    }
    const text = `the router did not offer ${family}: the session carries ${session.families.join(' and ')} alone`;
    return [{ family, reason: 'FamilyNotNegotiated', text }];
  });
  return { nextHops, notCarried };
}

function noNextHop(family: IPFamily, { local }: SessionEnds, link: string | undefined): string {
  const end = formatAddress(local);
  if (link === undefined)
    return `no interface of the node has ${end}, beside which there could be an ${family} address`;
  const extended = family === 'IPv4' ? ', and the router takes no IPv6 next hops for IPv4 (RFC 8950)' : '';
  return `${link}, where the session runs from ${end}, has no ${family} address for routes to lead to${extended}`;
}
