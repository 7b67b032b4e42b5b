import { BGPPeerKind } from '../../api/bgp-peer.ts';
import { IPAddressPoolKind } from '../../api/ip-address-pool.ts';
import type { Kind } from '../../api/kind.ts';
import { GatewayKind } from '../../api/kubernetes/gateway.ts';
import { IngressKind } from '../../api/kubernetes/ingress.ts';
import { NodeKind } from '../../api/kubernetes/node.ts';
import { ServiceKind } from '../../api/kubernetes/service.ts';
import type { KubernetesObject, ObjectKey } from '../../api/object.ts';
import { SpeakerStatusKind } from '../../api/speaker-status.ts';
import { type Address, AddressError, parseAddress } from '../../ip/address.ts';
import { CommandError } from '../exit-codes.ts';
import { parseReference } from '../object-reference.ts';

/** What is to be explained. */
export type Subject =
  | { readonly kind: Kind<KubernetesObject>; readonly key: ObjectKey }
  | { readonly kind: 'Address'; readonly address: Address };

const KINDS: readonly Kind<KubernetesObject>[] = [
  ServiceKind,
  IPAddressPoolKind,
  IngressKind,
  GatewayKind,
  BGPPeerKind,
  NodeKind,
];
const ADDRESS_WORDS: readonly string[] = ['address', 'addresses', 'addr'];

/**
 * Reads `KIND/NAME`, `KIND/NAMESPACE/NAME` or `KIND NAME`.
 *
 * @param namespace of a name without one; `default` when undefined
 * @throws CommandError
 */
export function parseSubject(first: string, second: string | undefined, namespace: string | undefined): Subject {
  const text = second === undefined ? first : `${first}/${second}`;
  const [word = '', ...rest] = text.split('/');
  if (ADDRESS_WORDS.includes(word.toLowerCase())) return { kind: 'Address', address: addressOf(rest.join('/')) };
  const { kind: named, key } = parseReference(text, namespace);
  const kind = named === SpeakerStatusKind ? NodeKind : named;
  if (!KINDS.includes(kind)) {
    throw new CommandError(
      `${kind.kind} cannot be explained: explain knows service, pool, ingress, gateway, address, peer and node`,
    );
  }
  return { kind, key };
}

function addressOf(text: string): Address {
  try {
    return parseAddress(text);
  } catch (error) {
    if (error instanceof AddressError) throw new CommandError(error.message);
    throw error;
  }
}
