import type { AddressDetails } from '../../explain/explanation.ts';
import { announcementBlock } from './announcement-text.ts';
import { fieldsText } from './layout.ts';
import { routeBlock } from './route-text.ts';

/** What an explanation of an address says besides its head. */
export function addressBlocks(details: AddressDetails, now: Date): readonly string[] {
  const { pools, holders, shownBy, withheldBy, wouldBeGiven, isAutoAssigned, announcements, routes } = details;
  const lists = pools.map(({ pool, message }) => (message === null ? pool : `${pool} (${message})`));
  return [
    fieldsText([
      ['In pools', lists.join(', ')],
      ['Held by', holders.join(', ')],
      ...(shownBy.length > 0 ? [['Shown by', shownBy.join(', ')] as const] : []),
      ['Withheld by', withheldBy.map(({ reason, by }) => `${by} (${reason})`).join(', ')],
      ['Given', wouldBeGiven ? (isAutoAssigned ? 'to whoever asks' : 'to who names it or its pool') : 'no'],
    ]),
    ...announcements.map((announcement) => announcementBlock(announcement, now)),
    ...routes.map(routeBlock),
  ];
}
