import { commented, configuration, interfaceOf, nodeText, notes, STANDARD_PORT } from './notes.ts';
import { acceptedOf, type RouterNeighbour, type RouterSide, sourceFor } from './router-side.ts';

/** GoBGP 3, its whole TOML file: https://github.com/osrg/gobgp/blob/master/docs/sources/configuration.md */
export function gobgp(router: RouterSide): string {
  const { asNumber, address, port, neighbours, families, bfd } = router;
  const name = `berth-${router.peer}`;
  const hasIdentifier = address !== undefined && !address.includes(':');
  return configuration(
    commented('#', [
      ...notes(router),
      ...(bfd === undefined ? [] : ['GoBGP has no BFD: a dead node is noticed by the hold time alone.']),
      ...(router.isUnnumbered ? ['GoBGP sends no router advertisements: radvd does.'] : []),
      ...(hasIdentifier ? [] : ['Put an IPv4 address of this router in place of the router-id.']),
    ]),
    [
      '[global.config]',
      `as = ${asNumber}`,
      `router-id = "${hasIdentifier ? address : '0.0.0.1'}"`,
      ...(port === STANDARD_PORT ? [] : [`port = ${port}`]),
      '[global.use-multiple-paths.config]',
      'enabled = true',
      '[global.apply-policy.config]',
      `import-policy-list = ["${name}-in"]`,
      'default-import-policy = "accept-route"',
      '',
      '[[defined-sets.neighbor-sets]]',
      `neighbor-set-name = "${name}"`,
      `neighbor-info-list = [${neighbours.flatMap((each) => (each.address === undefined ? [] : [`"${each.address}"`])).join(', ')}]`,
      '[[defined-sets.bgp-defined-sets.community-sets]]',
      `community-set-name = "${name}-shutdown"`,
      'community-list = ["65535:0"]',
    ],
    families.flatMap((family) => prefixSet(router, family)),
    ['', '[[policy-definitions]]', `name = "${name}-in"`],
    families.flatMap((family) => [
      '[[policy-definitions.statements]]',
      `name = "${name}-${family.toLowerCase()}"`,
      '[policy-definitions.statements.conditions.match-neighbor-set]',
      `neighbor-set = "${name}"`,
      '[policy-definitions.statements.conditions.match-prefix-set]',
      `prefix-set = "${name}-${family.toLowerCase()}"`,
      'match-set-options = "invert"',
      '[policy-definitions.statements.actions]',
      'route-disposition = "reject-route"',
    ]),
    [
      '# GRACEFUL_SHUTDOWN (RFC 8326): the last choice, as GoBGP takes 0 for no LOCAL_PREF at all.',
      '[[policy-definitions.statements]]',
      `name = "${name}-shutdown"`,
      '[policy-definitions.statements.conditions.match-neighbor-set]',
      `neighbor-set = "${name}"`,
      '[policy-definitions.statements.conditions.bgp-conditions.match-community-set]',
      `community-set = "${name}-shutdown"`,
      '[policy-definitions.statements.actions]',
      'route-disposition = "accept-route"',
      '[policy-definitions.statements.actions.bgp-actions]',
      'set-local-pref = 1',
    ],
    neighbours.flatMap((neighbour) => neighbourLines(neighbour, router)),
  );
}

function prefixSet(router: RouterSide, family: 'IPv4' | 'IPv6'): readonly string[] {
  const accepted = acceptedOf(router, family);
  // An empty set would match nothing, and all would be accepted.
  const nothing = { within: family === 'IPv4' ? '0.0.0.0/32' : '::/128', length: family === 'IPv4' ? 32 : 128 };
  return [
    '[[defined-sets.prefix-sets]]',
    `prefix-set-name = "berth-${router.peer}-${family.toLowerCase()}"`,
    ...(accepted.length > 0 ? accepted : [nothing]).flatMap(({ within, length }) => [
      '[[defined-sets.prefix-sets.prefix-list]]',
      `ip-prefix = "${within}"`,
      `masklength-range = "${length}..${length}"`,
    ]),
  ];
}

function neighbourLines(neighbour: RouterNeighbour, router: RouterSide): readonly string[] {
  const { password, holdTime, keepaliveTime, multihop, ttlSecurityHops, keepsRoutes, families } = router;
  const { linkLocal, asNumber } = neighbour;
  const address = neighbour.address ?? (linkLocal && `${linkLocal}%${interfaceOf(neighbour)}`);
  const source = sourceFor(router, neighbour);
  return [
    '',
    '[[neighbors]]',
    '[neighbors.config]',
    address === undefined ? `neighbor-interface = "${interfaceOf(neighbour)}"` : `neighbor-address = "${address}"`,
    `peer-as = ${asNumber}`,
    `description = "${nodeText(neighbour)}"`,
    ...(password === undefined ? [] : [`auth-password = ${JSON.stringify(password.text)}`]),
    '[neighbors.timers.config]',
    `hold-time = ${holdTime}`,
    `keepalive-interval = ${keepaliveTime}`,
    ...(source === undefined ? [] : ['[neighbors.transport.config]', `local-address = "${source}"`]),
    ...(multihop ? ['[neighbors.ebgp-multihop.config]', 'enabled = true', 'multihop-ttl = 255'] : []),
    ...(ttlSecurityHops === undefined
      ? []
      : ['[neighbors.ttl-security.config]', 'enabled = true', `ttl-min = ${256 - ttlSecurityHops}`]),
    ...(keepsRoutes ? ['[neighbors.graceful-restart.config]', 'enabled = true', 'helper-only = true'] : []),
    ...families.flatMap((family) => [
      '[[neighbors.afi-safis]]',
      '[neighbors.afi-safis.config]',
      `afi-safi-name = "${family.toLowerCase()}-unicast"`,
      '[neighbors.afi-safis.prefix-limit.config]',
      `max-prefixes = ${router.mostPrefixes[family]}`,
      ...(keepsRoutes ? ['[neighbors.afi-safis.mp-graceful-restart.config]', 'enabled = true'] : []),
    ]),
  ];
}
