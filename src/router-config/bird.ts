import { commented, configuration, interfaceOf, nodeText, notes, STANDARD_PORT } from './notes.ts';
import { acceptedOf, isInternal, pathsOf, type RouterNeighbour, type RouterSide, sourceFor } from './router-side.ts';

/** BIRD 2, to be included: https://bird.network.cz/?get_doc&f=bird-6.html#ss6.3 */
export function bird(router: RouterSide): string {
  const { asNumber, bfd, families, neighbours } = router;
  const name = symbol(router);
  return configuration(
    commented('#', [
      ...notes(router),
      'Include it where `router id` and `protocol device` are; one `protocol bfd` may be there at most.',
      `The kernel uses all paths with: protocol kernel { merge paths yes limit ${pathsOf(router)}; ipv4 { export all; }; }`,
    ]),
    [''],
    families.flatMap((family) => filterLines(router, family)),
    bfd === undefined ? [] : ['protocol bfd {', '}', ''],
    router.isUnnumbered ? advertisementLines(router) : [],
    [`template bgp ${name} {`, `  local${localPort(router)} as ${asNumber};`],
    session(router).map((line) => `  ${line}`),
    families.flatMap((family) => [
      `  ${family.toLowerCase()} {`,
      `    import filter ${name}_${family.toLowerCase()};`,
      '    export none;',
      // One that refuses what is too much loses no route that was there.
      `    receive limit ${router.mostPrefixes[family]} action block;`,
      ...(family === 'IPv4' && router.extendedNextHop ? ['    extended next hop on;'] : []),
      '  };',
    ]),
    ['}'],
    neighbours.flatMap((neighbour) => neighbourLines(neighbour, router)),
  );
}

function session(router: RouterSide): readonly string[] {
  const { holdTime, keepaliveTime, password, bfd, multihop, ttlSecurityHops, keepsRoutes } = router;
  const hops = ttlSecurityHops !== undefined && ttlSecurityHops > 1 ? [`multihop ${ttlSecurityHops};`] : [];
  return [
    // A node that is back has its session at once: BIRD would wait a minute after an error.
    'error wait time 1, 30;',
    `hold time ${holdTime};`,
    ...(holdTime === 0 ? [] : [`keepalive time ${keepaliveTime};`]),
    ...(password === undefined ? [] : [`password "${password.text}";`]),
    ...(multihop ? ['multihop;'] : hops),
    ...(ttlSecurityHops === undefined ? [] : ['ttl security on;']),
    ...(bfd === undefined ? [] : bfdLines(router, bfd)),
    ...(keepsRoutes ? ['graceful restart aware;'] : []),
  ];
}

function bfdLines({ keepsRoutes }: RouterSide, bfd: NonNullable<RouterSide['bfd']>): readonly string[] {
  return [
    'bfd {',
    `  min tx interval ${bfd.transmitInterval} ms;`,
    `  min rx interval ${bfd.receiveInterval} ms;`,
    `  multiplier ${bfd.detectMultiplier};`,
    '};',
    // What outlives a restart of the speaker is to outlive its BFD too.
    ...(keepsRoutes ? ['bfd graceful;'] : []),
  ];
}

function filterLines(router: RouterSide, family: 'IPv4' | 'IPv6'): readonly string[] {
  const set = acceptedOf(router, family).map(({ within, length }) => `    ${within}{${length},${length}}`);
  const accept = [
    `  if net ~ [\n${set.join(',\n')}\n  ] then {`,
    '    if (65535, 0) ~ bgp_community then bgp_local_pref = 0; # GRACEFUL_SHUTDOWN, RFC 8326',
    '    accept;',
    '  }',
  ];
  return [
    `filter ${symbol(router)}_${family.toLowerCase()} {`,
    ...(set.length > 0 ? accept : []),
    '  reject;',
    '}',
    '',
  ];
}

function advertisementLines(router: RouterSide): readonly string[] {
  const { neighbours } = router;
  return [
    `protocol radv '${symbol(router)}-radv' {`,
    ...neighbours.map((neighbour) => `  interface "${interfaceOf(neighbour)}" { max ra interval 10; };`),
    '}',
    '',
  ];
}

function neighbourLines(neighbour: RouterNeighbour, router: RouterSide): readonly string[] {
  const { address, asNumber, isAdjacent } = neighbour;
  const internal = isInternal(router, neighbour);
  const source = sourceFor(router, neighbour);
  const where =
    address === undefined
      ? [
          `  neighbor range fe80::/10 ${internal ? 'internal' : 'external'};`,
          `  interface "${interfaceOf(neighbour)}";`,
          `  dynamic name "berth_${symbolText(nodeText(neighbour))}_";`,
        ]
      : [`  neighbor ${address} as ${asNumber};`];
  return [
    '',
    `protocol bgp '${symbol(router)}-${nodeText(neighbour)}' from ${symbol(router)} {`,
    ...where,
    ...(source === undefined ? [] : [`  source address ${source};`]),
    // Else an internal session is one over several hops, and so is its BFD.
    ...(internal && isAdjacent && address !== undefined && router.ttlSecurityHops === undefined ? ['  direct;'] : []),
    '}',
  ];
}

function localPort({ port }: RouterSide): string {
  return port === STANDARD_PORT ? '' : ` port ${port}`;
}

function symbol({ peer }: RouterSide): string {
  return `berth_${symbolText(peer)}`;
}

function symbolText(text: string): string {
  return text.replace(/[^A-Za-z0-9_]/g, '_');
}
