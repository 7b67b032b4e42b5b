import { prefixLists, routeMaps } from './cisco-style.ts';
import {
  commented,
  configuration,
  groupName,
  groupsOf,
  interfaceOf,
  type NeighbourGroup,
  nodeText,
  notes,
} from './notes.ts';
import { pathsOf, RESTART_MINUTES, type RouterNeighbour, type RouterSide } from './router-side.ts';

/** FRRouting 8.4 or newer, as `vtysh` takes it: https://docs.frrouting.org/en/latest/bgp.html */
export function frr(router: RouterSide): string {
  const { asNumber, bfd, families } = router;
  const name = groupName(router);
  const groups = groupsOf(router);
  return configuration(
    commented('!', [...notes(router), ...bfdNotes(router)]),
    ['!'],
    prefixLists(router, { communityList: '', range: (length) => `ge ${length} le ${length}` }),
    ['!'],
    routeMaps(router, { communityList: 'bgp community-list standard' }),
    bfd === undefined
      ? []
      : [
          'bfd',
          ` profile ${name}`,
          `  transmit-interval ${bfd.transmitInterval}`,
          `  receive-interval ${bfd.receiveInterval}`,
          `  detect-multiplier ${bfd.detectMultiplier}`,
          ' exit',
          'exit',
          '!',
        ],
    [`router bgp ${asNumber}`, ' bgp bestpath as-path multipath-relax'],
    groups.flatMap((group) => groupLines(group, router)),
    [' !'],
    (['IPv4', 'IPv6'] as const).flatMap((family) => [
      ` address-family ${family.toLowerCase()} unicast`,
      ...(families.includes(family)
        ? groups.flatMap((group) => [
            `  neighbor ${group.name} activate`,
            `  neighbor ${group.name} route-map ${name}-IN in`,
            `  neighbor ${group.name} route-map ${name}-OUT out`,
            `  neighbor ${group.name} maximum-prefix ${router.mostPrefixes[family]} restart ${RESTART_MINUTES}`,
            `  maximum-paths ${group.isInternal ? 'ibgp ' : ''}${pathsOf(router)}`,
          ])
        : groups.map((group) => `  no neighbor ${group.name} activate`)),
      ' exit-address-family',
      ' !',
    ]),
    ['exit'],
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
  const { holdTime, keepaliveTime, password, bfd, multihop, ttlSecurityHops, extendedNextHop, keepsRoutes } = router;
  return [
    `timers ${keepaliveTime} ${holdTime}`,
    ...(password === undefined ? [] : [`password ${password.text}`]),
    // To internal neighbours TTL 255 goes out anyway.
    ...(ttlSecurityHops === undefined || isInternal ? [] : [`ttl-security hops ${ttlSecurityHops}`]),
    ...(multihop ? ['ebgp-multihop 255'] : []),
    ...(bfd === undefined ? [] : ['bfd', `bfd profile ${groupName(router)}`]),
    ...(extendedNextHop ? ['capability extended-nexthop'] : []),
    ...(keepsRoutes ? ['graceful-restart-helper'] : []),
  ];
}

function neighbourLines(neighbour: RouterNeighbour, group: string): readonly string[] {
  const { address, asNumber } = neighbour;
  const name = ` neighbor ${address ?? interfaceOf(neighbour)}`;
  const first = address === undefined ? [`${name} interface remote-as ${asNumber}`] : [`${name} remote-as ${asNumber}`];
  return [...first, `${name} peer-group ${group}`, `${name} description ${nodeText(neighbour)}`];
}

function bfdNotes({ bfd, ttlSecurityHops }: RouterSide): readonly string[] {
  if (bfd === undefined) return [];
  return ttlSecurityHops === undefined
    ? ['BFD needs the daemon bfdd.']
    : ['BFD needs the daemon bfdd, which takes a neighbour with ttl-security for one over several hops (FRR 8.4).'];
}
