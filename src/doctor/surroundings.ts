import * as z from 'zod';
import { objectMeta, pathSegmentName } from '../api/fields/metadata.ts';
import type { Kind } from '../api/kind.ts';
import type { KubernetesObject } from '../api/object.ts';
import { defineKind } from '../api/schema/define-kind.ts';

/** Kinds of others that Berth decides nothing by, and that tell of trouble. Nothing but their metadata is checked. */
export const SURROUNDING_KINDS: readonly Kind<KubernetesObject>[] = [
  foreign('apps/v1', 'Deployment', 'deployments'),
  foreign('apps/v1', 'DaemonSet', 'daemonsets'),
  foreign('v1', 'ResourceQuota', 'resourcequotas'),
  foreign('rbac.authorization.k8s.io/v1', 'ClusterRole', 'clusterroles', false, roleMeta()),
  foreign('metallb.io/v1beta1', 'IPAddressPool', 'ipaddresspools'),
  foreign('crd.projectcalico.org/v1', 'BGPPeer', 'bgppeers', false),
];

/** Of these one object is read. */
export const PROXY_CONFIG_KIND = foreign('v1', 'ConfigMap', 'configmaps');
/** Where kubeadm keeps the configuration of kube-proxy. */
export const PROXY_CONFIG = { namespace: 'kube-system', name: 'kube-proxy' } as const;

function foreign(
  apiVersion: string,
  kind: string,
  plural: string,
  namespaced = true,
  metadata = objectMeta,
): Kind<KubernetesObject> {
  const schema = z.looseObject({ apiVersion: z.literal(apiVersion), kind: z.literal(kind), metadata });
  return defineKind({ apiVersion, kind, plural, namespaced }, schema);
}

/** Every API server has roles such as `system:node`. */
function roleMeta(): typeof objectMeta {
  return objectMeta.extend({ name: pathSegmentName });
}

/** How a foreign kind is called, apart from one of ours that has the same name. */
export function surroundingName({ apiVersion, kind }: Pick<KubernetesObject, 'apiVersion' | 'kind'>): string {
  const group = apiVersion.split('/')[0] ?? '';
  return group.includes('.') && !group.endsWith('.k8s.io') ? `${kind}.${group}` : kind;
}

/** The surroundings of one kind, by {@link surroundingName}. */
export function surroundingsOf(objects: readonly KubernetesObject[], name: string): readonly KubernetesObject[] {
  return objects.filter((object) => surroundingName(object) === name);
}

/** What stands under a path of an object that nobody has checked; undefined where there is nothing. */
export function valueAt(object: unknown, ...path: readonly string[]): unknown {
  let value = object;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[part];
  }
  return value;
}
