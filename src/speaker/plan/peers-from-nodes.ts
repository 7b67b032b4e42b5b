import type { Node } from '../../api/kubernetes/node.ts';
import { API_VERSION } from '../../api/schema/custom-kind.ts';
import type { SpeakerStatus } from '../../api/speaker-status.ts';
import { type Address, formatAddress, parseAddress, parseOrUndefined } from '../../ip/address.ts';
import { type Prefix, parsePrefix, prefixContains } from '../../ip/prefix.ts';
import type { NetworkInterface } from '../../os/interfaces.ts';

/**
 * What the speakers of nodes would report whose SpeakerStatus nobody has, as where each node has its own copy of a folder:
 * that they are attached to our subnets by the InternalIPs of their Nodes, with interfaces named as ours are. Their MAC
 * addresses they tell by themselves.
 *
 * @param interfaces those of this node that could announce
 */
export function speakersOfNodes(
  nodes: Iterable<Node>,
  reported: ReadonlySet<string>,
  interfaces: readonly NetworkInterface[],
): readonly SpeakerStatus[] {
  const attached = interfaces.flatMap(({ name, addresses }) =>
    addresses.flatMap((text) => {
      const prefix = parseOrUndefined(text, parsePrefix);
      return prefix === undefined ? [] : [{ name, prefix }];
    }),
  );
  return [...nodes]
    .filter(({ metadata }) => !reported.has(metadata.name))
    .map(({ metadata: { name }, status }) => {
      const internal = status?.addresses?.filter(({ type }) => type === 'InternalIP') ?? [];
      const own = internal.flatMap(({ address }) => parseOrUndefined(address, parseAddress) ?? []);
      const reached = interfacesOf(own, attached);
      return { apiVersion: API_VERSION, kind: 'SpeakerStatus', metadata: { name }, status: { interfaces: reached } };
    });
}

function interfacesOf(
  own: readonly Address[],
  attached: readonly { readonly name: string; readonly prefix: Prefix }[],
) {
  const byName = new Map<string, string[]>();
  for (const address of own) {
    const found = attached.find(({ prefix }) => prefixContains(prefix, address));
    if (found === undefined) continue;
    const text = `${formatAddress(address)}/${found.prefix.length}`;
    byName.set(found.name, [...(byName.get(found.name) ?? []), text]);
  }
  return [...byName].map(([name, addresses]) => ({ name, mac: '', up: true, addresses, gateways: [] }));
}
