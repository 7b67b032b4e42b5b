import { prefixLists, routeMaps, sourceNotes } from './cisco-style.ts';
import { commented, configuration, groupName, groupsOf, type NeighbourGroup, nodeText, notes } from './notes.ts';
import { pathsOf, RESTART_MINUTES, type RouterNeighbour, type RouterSide } from './router-side.ts';

/** Percent of the limit at which IOS XE warns: its own default. */
const WARN_AT = 75;
/** What every platform takes. */
const MOST_PATHS = 32;

/** Cisco IOS XE 16 or newer, as its command line takes it: Cisco IOS IP Routing: BGP Command Reference. */
export function iosXe(router: RouterSide): string {
  const { asNumber, neighbours, families, extendedNextHop, bfd } = router;
  const name = groupName(router);
  const reachable = neighbours.filter((each) => each.address !== undefined);
  const groups = groupsOf(router, reachable);
  const carried = extendedNextHop ? families.filter((family) => family === 'IPv6') : families;
  return configuration(
    commented('!', [
      ...notes(router),
      ...sourceNotes(router),
      ...(bfd === undefined
        ? []
        : [
            `On the interfaces towards the nodes: bfd interval ${bfd.transmitInterval} min_rx ${bfd.receiveInterval} multiplier ${bfd.detectMultiplier}`,
          ]),
      ...(extendedNextHop ? ['IPv4 routes with IPv6 next hops (RFC 8950) are left out: IPv6 alone.'] : []),
      ...(reachable.length < neighbours.length ? ['Neighbours by interface are left out: give them addresses.'] : []),
    ]),
    ['!', 'ip bgp-community new-format', '!'],
    prefixLists(
      { ...router, families: carried },
      {
        communityList: '',
        range: (length) => `ge ${length} le ${length}`,
      },
    ),
    ['!'],
    routeMaps({ ...router, families: carried }, { communityList: 'ip community-list standard' }),
    [`router bgp ${asNumber}`, ' bgp bestpath as-path multipath-relax'],
    groups.flatMap((group) => groupLines(group, router)),
    (['IPv4', 'IPv6'] as const).flatMap((family) => [
      ' !',
      ` address-family ${family.toLowerCase()}`,
      ...(carried.includes(family)
        ? groups.flatMap((group) => [
            `  neighbor ${group.name} route-map ${name}-IN in`,
            `  neighbor ${group.name} route-map ${name}-OUT out`,
            `  neighbor ${group.name} maximum-prefix ${router.mostPrefixes[family]} ${WARN_AT} restart ${RESTART_MINUTES}`,
            ...group.neighbours.map(({ address }) => `  neighbor ${address} activate`),
            `  maximum-paths ${group.isInternal ? 'ibgp ' : ''}${Math.min(pathsOf(router), MOST_PATHS)}`,
          ])
        : reachable.map(({ address }) => `  no neighbor ${address} activate`)),
      ' exit-address-family',
    ]),
    ['!'],
  );
}

function groupLines(group: NeighbourGroup, router: RouterSide): readonly string[] {
  return [
    ` neighbor ${group.name} peer-group`,
    ...session(router, group).map((line) => ` neighbor ${group.name} ${line}`),
    ...group.neighbours.flatMap((neighbour) => neighbourLines(neighbour, group.name)),
  ];
}

function session(router: RouterSide, { isInternal }: NeighbourGroup): readonly string[] {
  const { holdTime, keepaliveTime, password, bfd, multihop, ttlSecurityHops } = router;
  return [
    `timers ${keepaliveTime} ${holdTime}`,
    ...(password === undefined ? [] : [`password ${password.text}`]),
    ...(ttlSecurityHops === undefined || isInternal ? [] : [`ttl-security hops ${ttlSecurityHops}`]),
    ...(multihop ? ['ebgp-multihop 255'] : []),
    ...(bfd === undefined ? [] : ['fall-over bfd']),
    ...(router.keepsRoutes ? ['ha-mode graceful-restart'] : []),
  ];
}

function neighbourLines(neighbour: RouterNeighbour, group: string): readonly string[] {
  const { address, asNumber } = neighbour;
  return [
    ` neighbor ${address} remote-as ${asNumber}`,
    ` neighbor ${address} peer-group ${group}`,
    ` neighbor ${address} description ${nodeText(neighbour)}`,
  ];
}
