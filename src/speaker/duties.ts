import type { AnnouncementPlan } from '../announcement/announcement-plan.ts';
import { whyNot } from '../announcement/not-owner.ts';
import type { WithheldReason } from '../api/announcement-reasons.ts';
import { type Address, parseAddress } from '../ip/address.ts';
import { parsePrefix, prefixContains, rangeOfPrefix } from '../ip/prefix.ts';
import type { NetworkInterface } from '../os/interfaces.ts';

/** One address that this node is to answer for. */
export interface Duty {
  readonly address: string;
  /** The Services that share it, as `namespace/name`. */
  readonly services: readonly string[];
  /** One interface a segment. */
  readonly interfaces: readonly NetworkInterface[];
}

/** One address of one Service that this node does not announce. */
export interface Withheld {
  readonly address: string;
  /** `namespace/name`. */
  readonly service: string;
  readonly reason: WithheldReason;
}

/** What the plans mean for one node. */
export interface Duties {
  readonly owned: readonly Duty[];
  readonly withheld: readonly Withheld[];
}

/** Picks from the plans what concerns the node. `interfaces` are the node's own, as they are at this moment. */
export function dutiesOf(
  plans: readonly AnnouncementPlan[],
  node: string,
  interfaces: readonly NetworkInterface[],
): Duties {
  const owned = new Map<string, Duty>();
  const withheld: Withheld[] = [];
  for (const plan of plans) {
    const { address, service } = plan;
    const chosen = choose(plan, node, interfaces);
    if (chosen === undefined) continue;
    if (typeof chosen === 'string') withheld.push({ address, service, reason: chosen });
    else {
      const services = [...(owned.get(address)?.services ?? []), service];
      owned.set(address, { address, services, interfaces: chosen });
    }
  }
  return { owned: [...owned.values()], withheld };
}

function choose(
  plan: AnnouncementPlan,
  node: string,
  interfaces: readonly NetworkInterface[],
): readonly NetworkInterface[] | WithheldReason | undefined {
  if (plan.reason === 'NoAddress') return undefined;
  if (plan.owner !== node) return whyNot(plan, node)?.reason;
  const names = plan.ranked[0]?.interfaces ?? [];
  const usable = interfaces.filter(({ name }) => names.includes(name));
  return usable.length === 0 ? 'InterfaceMissing' : onePerSegment(usable, parseAddress(plan.address));
}

/** Two interfaces in one subnet would answer with two MAC addresses: the first by name does. */
function onePerSegment(interfaces: readonly NetworkInterface[], address: Address): readonly NetworkInterface[] {
  const taken = new Set<string>();
  return [...interfaces]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .filter((candidate) => {
      const segments = segmentsOf(candidate, address);
      const free = segments.length === 0 || segments.some((segment) => !taken.has(segment));
      for (const segment of segments) taken.add(segment);
      return free;
    });
}

/** The subnets of the interface that contain the address, each as the text of its first address and length. */
function segmentsOf(candidate: NetworkInterface, address: Address): readonly string[] {
  return candidate.addresses
    .map((text) => parsePrefix(text))
    .filter((prefix) => prefixContains(prefix, address))
    .map((prefix) => `${rangeOfPrefix(prefix).first}/${prefix.length}`);
}
