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
import {
  acceptedOf,
  GRACEFUL_SHUTDOWN_TEXT,
  RESTART_MINUTES,
  type RouterNeighbour,
  type RouterSide,
  sourceFor,
} from './router-side.ts';

/** Juniper Junos, as `load set` takes it: Junos OS BGP User Guide, [edit protocols bgp]. */
export function junos(router: RouterSide): string {
  const { asNumber, ttlSecurityHops } = router;
  const name = groupName(router);
  return configuration(
    commented('#', [
      ...notes(router),
      ...(ttlSecurityHops === undefined
        ? []
        : ['GTSM: this sends TTL 255, as the nodes want it; to check theirs takes a firewall filter (ttl).']),
    ]),
    [
      `set routing-options autonomous-system ${asNumber}`,
      `set policy-options policy-statement ${name}-ECMP then load-balance per-packet`,
      `set routing-options forwarding-table export ${name}-ECMP`,
      `set policy-options community ${name}-SHUTDOWN members ${GRACEFUL_SHUTDOWN_TEXT}`,
    ],
    policy(router).map((line) => `set policy-options policy-statement ${name}-IN ${line}`),
    [`set policy-options policy-statement ${name}-OUT then reject`],
    groupsOf(router).flatMap((group) => groupLines(group, router)),
  );
}

/** A route of a node that is about to go is the last choice (RFC 8326 section 4.1). */
function policy(router: RouterSide): readonly string[] {
  const shutdown = `${groupName(router)}-SHUTDOWN`;
  const filters = router.families.flatMap((family) =>
    acceptedOf(router, family).map(
      ({ within, length }) => `term pools from route-filter ${within} prefix-length-range /${length}-/${length}`,
    ),
  );
  return [
    `term shutdown from community ${shutdown}`,
    'term shutdown then local-preference 0',
    ...(filters.length === 0 ? [] : [...filters, 'term pools then accept']),
    'term rest then reject',
  ];
}

function groupLines({ name, isInternal, neighbours }: NeighbourGroup, router: RouterSide): readonly string[] {
  const type = isInternal ? 'internal' : 'external';
  const policies = groupName(router);
  const lines = [
    `type ${type}`,
    ...session(router, type),
    `import ${policies}-IN`,
    `export ${policies}-OUT`,
    type === 'external' ? 'multipath multiple-as' : 'multipath',
    ...neighbours.flatMap((neighbour) => neighbourLines(neighbour, router, type)),
  ].map((line) => `set protocols bgp group ${name} ${line}`);
  const found = new Set(neighbours.flatMap(({ address, asNumber }) => (address === undefined ? [asNumber] : [])));
  if (found.size === 0) return lines;
  return [
    ...[...found].map((asNumber) => `set policy-options as-list ${name}-NODES members ${asNumber}`),
    ...lines,
    `set protocols bgp group ${name} peer-as-list ${name}-NODES`,
  ];
}

function session(router: RouterSide, type: 'internal' | 'external'): readonly string[] {
  const { holdTime, password, bfd, multihop, ttlSecurityHops, families, extendedNextHop, mostPrefixes } = router;
  const isFar = multihop || (ttlSecurityHops !== undefined && ttlSecurityHops > 1);
  const inet = { IPv4: 'inet', IPv6: 'inet6' } as const;
  return [
    `hold-time ${holdTime}`,
    ...(password === undefined ? [] : [`authentication-key ${JSON.stringify(password.text)}`]),
    ...(type === 'external' && isFar ? ['multihop ttl 255'] : []),
    ...(type === 'external' && ttlSecurityHops === 1 ? ['ttl 255'] : []),
    ...(bfd === undefined
      ? []
      : [
          `bfd-liveness-detection transmit-interval minimum-interval ${bfd.transmitInterval}`,
          `bfd-liveness-detection minimum-receive-interval ${bfd.receiveInterval}`,
          `bfd-liveness-detection multiplier ${bfd.detectMultiplier}`,
        ]),
    ...families.flatMap((family) => [
      `family ${inet[family]} unicast prefix-limit maximum ${mostPrefixes[family]}`,
      `family ${inet[family]} unicast prefix-limit teardown idle-timeout ${RESTART_MINUTES}`,
      ...(family === 'IPv4' && extendedNextHop ? ['family inet unicast extended-nexthop'] : []),
    ]),
  ];
}

function neighbourLines(
  neighbour: RouterNeighbour,
  router: RouterSide,
  type: 'internal' | 'external',
): readonly string[] {
  const { address, asNumber } = neighbour;
  if (address === undefined) {
    const discovered = `dynamic-neighbor ${nodeText(neighbour)} peer-auto-discovery family inet6 ipv6-nd`;
    return [
      discovered,
      `dynamic-neighbor ${nodeText(neighbour)} peer-auto-discovery interface ${interfaceOf(neighbour)}`,
    ];
  }
  const source = sourceFor(router, neighbour);
  return [
    `neighbor ${address} description ${nodeText(neighbour)}`,
    ...(type === 'external' ? [`neighbor ${address} peer-as ${asNumber}`] : []),
    ...(source === undefined ? [] : [`neighbor ${address} local-address ${source}`]),
  ];
}
