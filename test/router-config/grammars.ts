import type { Grammar } from './grammar.ts';

const ROUTE_MAP = [
  'match ip address prefix-list NAME',
  'match ipv6 address prefix-list NAME',
  'match community NAME',
  'set local-preference N',
];

/** Arista EOS: a peer group is written in two words, and the limit of routes is one of the session. */
export const EOS: Grammar = {
  source: 'Arista EOS User Manual, Border Gateway Protocol (BGP), BGP Commands; ACLs and Route Maps',
  modes: {
    global: [
      'ip prefix-list NAME seq N permit|deny PREFIX4 [eq|ge|le N]',
      'ipv6 prefix-list NAME seq N permit|deny PREFIX6 [eq|ge|le N]',
      'ip community-list NAME permit|deny COMMUNITY',
      { command: 'route-map NAME permit|deny N', opens: 'route-map' },
      { command: 'router bgp AS', opens: 'router' },
    ],
    'route-map': ROUTE_MAP,
    router: [
      'maximum-paths N [ecmp N]',
      'neighbor NAME peer group',
      'neighbor ADDRESS peer group NAME',
      'neighbor interface NAME peer-group NAME remote-as AS',
      'neighbor NEIGHBOR remote-as AS',
      'neighbor NEIGHBOR description LINE',
      'neighbor NEIGHBOR timers N N',
      'neighbor NEIGHBOR password [0|7] WORD',
      'neighbor NEIGHBOR ttl maximum-hops N',
      'neighbor NEIGHBOR ebgp-multihop [N]',
      'neighbor NEIGHBOR bfd',
      'neighbor NEIGHBOR bfd interval N min-rx N multiplier N',
      'neighbor NEIGHBOR graceful-restart-helper',
      'neighbor NEIGHBOR route-map NAME in|out',
      'neighbor NEIGHBOR maximum-routes N',
      { command: 'address-family ipv4|ipv6', opens: 'address-family' },
    ],
    'address-family': [
      'neighbor NEIGHBOR activate',
      'no neighbor NEIGHBOR activate',
      'neighbor NEIGHBOR next-hop address-family ipv6 originate',
    ],
  },
};

/** Cisco IOS XE. */
export const IOS_XE: Grammar = {
  source: 'Cisco IOS IP Routing: BGP Command Reference; IP Routing: Protocol-Independent Command Reference',
  modes: {
    global: [
      'ip bgp-community new-format',
      'ip prefix-list NAME seq N permit|deny PREFIX4 [ge N] [le N]',
      'ipv6 prefix-list NAME seq N permit|deny PREFIX6 [ge N] [le N]',
      'ip community-list standard NAME permit|deny COMMUNITY',
      { command: 'route-map NAME permit|deny N', opens: 'route-map' },
      { command: 'router bgp AS', opens: 'router' },
    ],
    'route-map': ROUTE_MAP,
    router: [
      'bgp bestpath as-path multipath-relax',
      'neighbor NAME peer-group',
      'neighbor ADDRESS peer-group NAME',
      'neighbor NEIGHBOR remote-as AS',
      'neighbor NEIGHBOR description LINE',
      'neighbor NEIGHBOR timers N N',
      'neighbor NEIGHBOR password WORD',
      'neighbor NEIGHBOR ttl-security hops N',
      'neighbor NEIGHBOR ebgp-multihop [N]',
      'neighbor NEIGHBOR fall-over bfd',
      'neighbor NEIGHBOR ha-mode graceful-restart',
      { command: 'address-family ipv4|ipv6', opens: 'address-family' },
    ],
    'address-family': [
      'neighbor NEIGHBOR route-map NAME in|out',
      'neighbor NEIGHBOR maximum-prefix N [N] [restart N]',
      'neighbor NEIGHBOR activate',
      'no neighbor NEIGHBOR activate',
      'maximum-paths N',
      'maximum-paths ibgp N',
      { closes: 'exit-address-family' },
    ],
  },
};

const GROUP = 'set protocols bgp group NAME';
const TERM = 'set policy-options policy-statement NAME term NAME';

/** Juniper Junos, in the form of `set` commands. */
export const JUNOS: Grammar = {
  source: 'Junos OS CLI Reference, statements at [edit protocols bgp group] and [edit policy-options]',
  modes: {
    global: [
      'set routing-options autonomous-system AS',
      'set routing-options forwarding-table export NAME',
      'set policy-options policy-statement NAME then load-balance per-packet',
      'set policy-options policy-statement NAME then reject',
      'set policy-options community NAME members COMMUNITY',
      'set policy-options as-list NAME members AS',
      `${TERM} from community NAME`,
      `${TERM} from route-filter PREFIX prefix-length-range RANGE`,
      `${TERM} then accept|reject`,
      `${TERM} then local-preference N`,
      `${GROUP} type internal|external`,
      `${GROUP} hold-time N`,
      `${GROUP} authentication-key WORD`,
      `${GROUP} multihop ttl N`,
      `${GROUP} ttl 1|255`,
      `${GROUP} bfd-liveness-detection transmit-interval minimum-interval N`,
      `${GROUP} bfd-liveness-detection minimum-receive-interval N`,
      `${GROUP} bfd-liveness-detection multiplier N`,
      `${GROUP} family inet|inet6 unicast prefix-limit maximum N`,
      `${GROUP} family inet|inet6 unicast prefix-limit teardown idle-timeout N`,
      `${GROUP} family inet unicast extended-nexthop`,
      `${GROUP} import NAME`,
      `${GROUP} export NAME`,
      `${GROUP} multipath [multiple-as]`,
      `${GROUP} neighbor ADDRESS description NAME`,
      `${GROUP} neighbor ADDRESS peer-as AS`,
      `${GROUP} neighbor ADDRESS local-address ADDRESS`,
      `${GROUP} dynamic-neighbor NAME peer-auto-discovery family inet6 ipv6-nd`,
      `${GROUP} dynamic-neighbor NAME peer-auto-discovery interface NAME`,
      `${GROUP} peer-as-list NAME`,
    ],
  },
};
