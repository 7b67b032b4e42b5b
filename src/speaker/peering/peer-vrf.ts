import type { NetworkInterface } from '../../os/interfaces.ts';
import type { Device } from '../wire/bgp-messages.ts';

/** What the kernel calls the driver of a VRF (IFLA_INFO_KIND). */
const VRF = 'vrf';

/** The VRF of this name, or why the node has none. */
export function findVrf(name: string, interfaces: readonly NetworkInterface[]): Device | string {
  const found = interfaces.find((each) => each.name === name);
  const remedy = `ip link add ${name} type vrf table NUMBER makes one, where the kernel knows the type`;
  if (found === undefined) return `spec.vrf is ${name}, and the node has no interface of that name: ${remedy}`;
  if (found.kind === VRF) return { name, index: found.index };
  const what = found.kind === undefined ? 'of no kind that the kernel names' : `of the kind ${found.kind}`;
  return `spec.vrf is ${name}, and that interface of the node is no VRF but ${what}: name a VRF, or take spec.vrf out`;
}
