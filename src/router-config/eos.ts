import { prefixLists, routeMaps, sourceNotes } from './cisco-style.ts';
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
import { pathsOf, type RouterNeighbour, type RouterSide } from './router-side.ts';

/** Arista EOS 4.22 or newer, as its command line takes it: https://www.arista.com/en/um-eos/eos-border-gateway-protocol-bgp */
export function eos(router: RouterSide): string {
  const { asNumber, families } = router;
  const groups = groupsOf(router);
  const most = pathsOf(router);
  return configuration(
    commented('!', [...notes(router), ...sourceNotes(router)]),
    router.extendedNextHop ? ['! IPv4 routes with IPv6 next hops need: ip routing ipv6 interfaces'] : [],
    ['!'],
    prefixLists(router, { communityList: '', range: (length) => `eq ${length}` }),
    ['!'],
    routeMaps(router, { communityList: 'ip community-list' }),
    [`router bgp ${asNumber}`, `   maximum-paths ${most} ecmp ${most}`],
    groups.flatMap((group) => groupLines(group, router)),
    (['IPv4', 'IPv6'] as const).flatMap((family) => [
      '   !',
      `   address-family ${family.toLowerCase()}`,
      ...(families.includes(family)
        ? groups.flatMap(({ name }) => [
            `      neighbor ${name} activate`,
            ...(family === 'IPv4' && router.extendedNextHop
              ? [`      neighbor ${name} next-hop address-family ipv6 originate`]
              : []),
          ])
        : groups.map(({ name }) => `      no neighbor ${name} activate`)),
    ]),
    ['!'],
  );
}

function groupLines(group: NeighbourGroup, router: RouterSide): readonly string[] {
  return [
    `   neighbor ${group.name} peer group`,
    ...session(router, group).map((line) => `   neighbor ${group.name} ${line}`),
    ...group.neighbours.flatMap((neighbour) => neighbourLines(neighbour, group.name)),
  ];
}

function session(router: RouterSide, { isInternal }: NeighbourGroup): readonly string[] {
  const { holdTime, keepaliveTime, password, bfd, multihop, ttlSecurityHops, families, mostPrefixes } = router;
  const name = groupName(router);
  const routes = families.reduce((sum, family) => sum + mostPrefixes[family], 0);
  return [
    `timers ${keepaliveTime} ${holdTime}`,
    ...(password === undefined ? [] : [`password 0 ${password.text}`]),
    ...(ttlSecurityHops === undefined || isInternal ? [] : [`ttl maximum-hops ${ttlSecurityHops}`]),
    ...(multihop ? ['ebgp-multihop 255'] : []),
    ...(bfd === undefined
      ? []
      : [
          'bfd',
          `bfd interval ${bfd.transmitInterval} min-rx ${bfd.receiveInterval} multiplier ${bfd.detectMultiplier}`,
        ]),
    ...(router.keepsRoutes ? ['graceful-restart-helper'] : []),
    `route-map ${name}-IN in`,
    `route-map ${name}-OUT out`,
    `maximum-routes ${routes}`,
  ];
}

function neighbourLines(neighbour: RouterNeighbour, group: string): readonly string[] {
  const { address, asNumber } = neighbour;
  if (address === undefined) {
    return [`   neighbor interface ${interfaceOf(neighbour)} peer-group ${group} remote-as ${asNumber}`];
  }
  return [
    `   neighbor ${address} peer group ${group}`,
    `   neighbor ${address} remote-as ${asNumber}`,
    `   neighbor ${address} description ${nodeText(neighbour)}`,
  ];
}
