import { CLIENT } from '../arp/frame-bytes.ts';
import { ALL_NODES, ALL_NODES_MAC, frame6, type NdpParts, sourceLink } from './frame-bytes.ts';

/** A router, the group of all routers, and the group's Ethernet address. */
export const ROUTER6 = 'fe80::1';
export const ALL_ROUTERS = 'ff02::2';
export const ALL_ROUTERS_MAC = '33:33:00:00:00:02';

/** A whole frame. Members that are not given are those of an advertisement of {@link ROUTER6} that holds for 30 s. */
export function routerFrame(parts: NdpParts = {}): Uint8Array {
  const source = parts.source ?? CLIENT;
  return frame6({
    destination: ALL_NODES_MAC,
    source,
    from: ROUTER6,
    to: ALL_NODES,
    type: 134,
    body: '0000001e0000000000000000',
    options: sourceLink(source),
    ...parts,
  });
}
