import { groupOf, type Kind } from '../../api/kind.ts';
import { CUSTOM_KINDS } from '../../api/kinds.ts';
import type { KubernetesObject } from '../../api/object.ts';

/** A kind whose objects a store watches and does not know as they are now. */
export interface Unfollowed {
  /** Such as `IPAddressPool`. */
  readonly kind: string;
  /** Whether all of its objects have been known at some time. */
  readonly isSynced: boolean;
  /** What keeps the store from following; undefined where the first list is under way. */
  readonly reason: string | undefined;
  /** The HTTP status of that; 404 where the server does not have the kind. */
  readonly status: number | undefined;
}

/** One sentence about it. */
export function unfollowedText({ kind, isSynced, reason }: Unfollowed): string {
  const what = isSynced ? `cannot follow objects of kind ${kind}` : `does not know the objects of kind ${kind} yet`;
  return reason === undefined ? what : `${what}: ${reason}`;
}

/** As RBAC and kubectl write it, such as `ipaddresspools.berth.dev`. */
export function resourceText(kind: Kind<KubernetesObject>): string {
  return [kind.plural, groupOf(kind)].filter(Boolean).join('.');
}

/** What a user can do where a server does not have a kind: undefined where the kind is none of Berth's. */
export function installKinds(kind: Kind<KubernetesObject>): string | undefined {
  return CUSTOM_KINDS.some((own) => own === kind)
    ? 'install the kinds of Berth there (kubectl apply -f manifests/crds)'
    : undefined;
}
