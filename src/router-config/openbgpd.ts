import { commented, configuration, nodeText, notes, STANDARD_PORT } from './notes.ts';
import { acceptedOf, RESTART_MINUTES, type RouterNeighbour, type RouterSide, sourceFor } from './router-side.ts';

/** OpenBGPD 7.7 or newer, its whole bgpd.conf: https://man.openbsd.org/bgpd.conf.5 */
export function openbgpd(router: RouterSide): string {
  const { asNumber, address, port, bfd, families, neighbours, extendedNextHop } = router;
  const name = `berth-${router.peer}`;
  const hasIdentifier = address !== undefined && !address.includes(':');
  const reachable = neighbours.filter((each) => each.address !== undefined);
  const carried = extendedNextHop ? families.filter((family) => family === 'IPv6') : families;
  return configuration(
    commented('#', [
      ...notes(router),
      ...(bfd === undefined ? [] : ['OpenBGPD has no BFD: a dead node is noticed by the hold time alone.']),
      ...(extendedNextHop ? ['OpenBGPD 7.7 knows no IPv6 next hops of IPv4 routes (RFC 8950): IPv6 alone.'] : []),
      ...(reachable.length < neighbours.length
        ? ['OpenBGPD knows no neighbours by interface: these are left out.']
        : []),
      ...(hasIdentifier ? [] : ['Put an IPv4 address of this router in place of the router-id.']),
    ]),
    [`AS ${asNumber}`, `router-id ${hasIdentifier ? address : '0.0.0.1'}`],
    port === STANDARD_PORT ? [] : [`listen on 0.0.0.0 port ${port}`, `listen on :: port ${port}`],
    ['rde evaluate all', ''],
    carried.flatMap((family) => prefixSet(router, family)),
    reachable.length === 0
      ? []
      : [
          `group "${name}" {`,
          ...session(router, carried).map((line) => `  ${line}`),
          ...reachable.flatMap((neighbour) => neighbourLines(neighbour, router)),
          '}',
          '',
          ...filterRules(router, carried),
        ],
  );
}

function filterRules(router: RouterSide, carried: RouterSide['families']): readonly string[] {
  const name = `berth-${router.peer}`;
  return [
    ...carried
      .filter((family) => acceptedOf(router, family).length > 0)
      .map((family) => `allow from group "${name}" prefix-set "${name}-${family.toLowerCase()}"`),
    `match from group "${name}" community GRACEFUL_SHUTDOWN set { localpref 0 }`,
    `deny to group "${name}"`,
  ];
}

function session(router: RouterSide, carried: RouterSide['families']): readonly string[] {
  const { holdTime, password, multihop, ttlSecurityHops, mostPrefixes } = router;
  const most = carried.reduce((sum, family) => sum + mostPrefixes[family], 0);
  const far = multihop ? 255 : ttlSecurityHops !== undefined && ttlSecurityHops > 1 ? ttlSecurityHops : undefined;
  return [
    ...(['IPv4', 'IPv6'] as const).map(
      (family) => `announce ${family} ${carried.includes(family) ? 'unicast' : 'none'}`,
    ),
    // 0 is for sessions that never end of silence.
    ...(holdTime === 0 ? [] : [`holdtime ${holdTime}`]),
    `max-prefix ${most} restart ${RESTART_MINUTES}`,
    ...(password === undefined ? [] : [`tcp md5sig password "${password.text}"`]),
    ...(far === undefined ? [] : [`multihop ${far}`]),
    ...(ttlSecurityHops === undefined ? [] : ['ttl-security yes']),
  ];
}

function prefixSet(router: RouterSide, family: 'IPv4' | 'IPv6'): readonly string[] {
  const accepted = acceptedOf(router, family);
  if (accepted.length === 0) return [];
  return [
    `prefix-set "berth-${router.peer}-${family.toLowerCase()}" {`,
    ...accepted.map(({ within, withinLength, length }) =>
      length === withinLength ? `  ${within}` : `  ${within} prefixlen = ${length}`,
    ),
    '}',
    '',
  ];
}

function neighbourLines(neighbour: RouterNeighbour, router: RouterSide): readonly string[] {
  const source = sourceFor(router, neighbour);
  return [
    `  neighbor ${neighbour.address} {`,
    `    remote-as ${neighbour.asNumber}`,
    `    descr "${nodeText(neighbour)}"`,
    ...(source === undefined ? [] : [`    local-address ${source}`]),
    '  }',
  ];
}
