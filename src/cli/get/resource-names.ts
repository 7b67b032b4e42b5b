/** What people may call each thing that `get` can show, the word of the help first: apart from what it takes to show it. */
export const RESOURCE_NAMES = {
  pools: ['pools', 'pool', 'bpool', 'ipaddresspools', 'ipaddresspool'],
  services: ['services', 'service', 'svc'],
  addresses: ['addresses', 'address', 'addr'],
  speakers: ['speakers', 'speaker', 'bspk', 'speakerstatuses', 'speakerstatus'],
} as const;
