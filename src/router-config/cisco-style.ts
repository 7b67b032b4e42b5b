import { groupName } from './notes.ts';
import { acceptedOf, GRACEFUL_SHUTDOWN_TEXT, type RouterSide, sourceFor } from './router-side.ts';

/** How a command line in the manner of IOS writes what differs between makes. */
export interface CiscoStyle {
  /** Before the name of a community list: `bgp community-list standard`, `ip community-list`. */
  readonly communityList: string;
  /** `ge L le L` or `eq L`, for lengths greater than that of the prefix. */
  range(length: number): string;
}

/** The name of the list of prefixes of a family. */
export function prefixListName(router: RouterSide, family: 'IPv4' | 'IPv6'): string {
  return `${groupName(router)}-${family.toUpperCase()}`;
}

/** The lines of prefix lists: what is accepted, and nothing else. */
export function prefixLists(router: RouterSide, style: CiscoStyle): readonly string[] {
  return router.families.flatMap((family) => {
    const list = `${family === 'IPv4' ? 'ip' : 'ipv6'} prefix-list ${prefixListName(router, family)}`;
    const accepted = acceptedOf(router, family);
    if (accepted.length === 0) return [`${list} seq 5 deny ${family === 'IPv4' ? '0.0.0.0/0 le 32' : '::/0 le 128'}`];
    return accepted.map(({ within, withinLength, length }, index) => {
      const range = length === withinLength ? '' : ` ${style.range(length)}`;
      return `${list} seq ${5 * (index + 1)} permit ${within}${range}`;
    });
  });
}

/**
 * The route maps in and out. A route of a node that is about to go is the last choice (RFC 8326 section 4.1); nothing is
 * told to the nodes, which would not use it.
 */
export function routeMaps(router: RouterSide, { communityList }: Pick<CiscoStyle, 'communityList'>): readonly string[] {
  const group = groupName(router);
  const shutdown = `${group}-SHUTDOWN`;
  const matched = router.families.map(
    (family) =>
      ` match ${family === 'IPv4' ? 'ip' : 'ipv6'} address prefix-list ${prefixListName(router, family)}` as const,
  );
  const going = matched.flatMap((match, index) => [
    `route-map ${group}-IN permit ${10 * (index + 1)}`,
    match,
    ` match community ${shutdown}`,
    ' set local-preference 0',
    '!',
  ]);
  const staying = matched.flatMap((match, index) => [
    `route-map ${group}-IN permit ${10 * (matched.length + index + 1)}`,
    match,
    '!',
  ]);
  return [
    `${communityList} ${shutdown} permit ${GRACEFUL_SHUTDOWN_TEXT}`,
    '!',
    ...going,
    ...staying,
    `route-map ${group}-OUT deny 10`,
    '!',
  ];
}

/** For makes whose `update-source` is an interface: which one it is, the reader knows. */
export function sourceNotes(router: RouterSide): readonly string[] {
  const source = router.neighbours.map((neighbour) => sourceFor(router, neighbour)).find((each) => each !== undefined);
  if (source === undefined) return [];
  return [`Nodes several hops away take ${source} alone: set update-source to the interface that has it.`];
}
