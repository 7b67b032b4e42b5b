/** ConfigMaps of MetalLB that say something which no object of ours says, and what to do instead. */
export const OTHER_CONFIG_MAPS: Readonly<Record<string, string>> = {
  bgpextras: 'is left out: raw configuration of FRR has no equal, as no FRR runs; see which of it a BGPPeer can say',
  'metallb-excludel2':
    'is left out: interfaces of containers and tunnels are never used; to keep others out, name those to use in spec.interfaces of an L2Advertisement',
  'metallb-memberlist-config':
    'is left out: speakers watch one another by BFD; spec.failover of an L2Advertisement says how fast',
};
