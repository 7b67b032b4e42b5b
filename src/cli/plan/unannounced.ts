import type { PlannedAnnouncement } from '../../explain/planned-announcements.ts';
import { printable } from '../../log/line.ts';

/** Most nodes that are named for an address, and most addresses of which one and the same is said. */
const NODES_SHOWN = 5;
const ADDRESSES_SHOWN = 3;

/** Why nobody announces the addresses that nobody does: what is true of several is said once. */
export function unannouncedText(announcements: readonly PlannedAnnouncement[]): string {
  const byCause = new Map<string, string[]>();
  for (const announcement of announcements) {
    if (announcement.reason === null) continue;
    const cause = causeOf(announcement);
    const address = `${announcement.address} of ${announcement.service}`;
    const alike = byCause.get(cause);
    if (alike) alike.push(printable(address));
    else byCause.set(cause, [printable(address)]);
  }
  return [...byCause].map(([cause, addresses]) => `${addressesText(addresses)}: ${cause}`).join('');
}

function addressesText(addresses: readonly string[]): string {
  const shown = addresses.slice(0, ADDRESSES_SHOWN).join(', ');
  const more = addresses.length > ADDRESSES_SHOWN ? ` and ${addresses.length - ADDRESSES_SHOWN} more` : '';
  return `${addresses.length > 1 ? 'addresses' : 'address'} ${shown}${more}`;
}

/** The reason in a line of its own, and one for each node where the nodes are to blame. */
function causeOf({ reason, message, withheld }: PlannedAnnouncement): string {
  if (reason !== 'NoEligibleNode' && reason !== 'NoSpeaker') return `${printable(message)}\n`;
  const nodes = withheld
    .slice(0, NODES_SHOWN)
    .map((each) => `  ${printable(`${each.node}: ${each.reason}: ${each.detail}`)}\n`);
  const more = withheld.length > NODES_SHOWN ? `  and ${withheld.length - NODES_SHOWN} more\n` : '';
  return `${reason}\n${nodes.join('')}${more}`;
}
