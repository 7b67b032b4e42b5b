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
import { pathsOf, RESTART_MINUTES, type RouterNeighbour, type RouterSide, sourceFor } from './router-side.ts';

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
    // Each line about a neighbour begins its session anew: they come when their group is complete.
    groups.flatMap((group) => group.neighbours.flatMap((neighbour) => neighbourLines(neighbour, router, group))),
    ['exit'],
  );
}

function groupLines(group: NeighbourGroup, router: RouterSide): readonly string[] {
  const asNumber = commonAs(group);
  return [
    ` neighbor ${group.name} peer-group`,
    ...(asNumber === undefined ? [] : [` neighbor ${group.name} remote-as ${asNumber}`]),
    ...session(router, group).map((line) => ` neighbor ${group.name} ${line}`),
  ];
}

/** The AS number of all its neighbours; undefined where they have several. */
function commonAs({ neighbours }: NeighbourGroup): number | undefined {
  const [first, ...others] = new Set(neighbours.map(({ asNumber }) => asNumber));
  return others.length === 0 ? first : undefined;
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

function neighbourLines(neighbour: RouterNeighbour, router: RouterSide, group: NeighbourGroup): readonly string[] {
  const { address, linkLocal, asNumber } = neighbour;
  const name = ` neighbor ${address ?? linkLocal ?? interfaceOf(neighbour)}`;
  const place = address === undefined && linkLocal === undefined ? `${name} interface` : name;
  const source = sourceFor(router, neighbour);
  return [
    ...(commonAs(group) === undefined
      ? [`${place} remote-as ${asNumber}`, `${name} peer-group ${group.name}`]
      : [`${place} peer-group ${group.name}`]),
    // Without the address it waits for router advertisements, which nodes send to unnumbered peers alone.
    ...(linkLocal === undefined ? [] : [`${name} interface ${interfaceOf(neighbour)}`]),
    `${name} description ${nodeText(neighbour)}`,
    ...(source === undefined ? [] : [`${name} update-source ${source}`]),
  ];
}

function bfdNotes({ bfd, ttlSecurityHops }: RouterSide): readonly string[] {
  if (bfd === undefined) return [];
  return ttlSecurityHops === undefined
    ? ['BFD needs the daemon bfdd.']
    : ['BFD needs the daemon bfdd, which takes a neighbour with ttl-security for one over several hops (FRR 8.4).'];
}
