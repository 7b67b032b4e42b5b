import type { KubernetesObject } from '../../api/object.ts';
import { compareText } from '../rank.ts';

/** Orders the older object first: by creation time, absent last, then by name. The later one of two that disagree is at fault. */
export function compareAge({ metadata: a }: KubernetesObject, { metadata: b }: KubernetesObject): number {
  const [since, then] = [a, b].map(({ creationTimestamp }) =>
    creationTimestamp === undefined ? Number.POSITIVE_INFINITY : Date.parse(creationTimestamp),
  );
  if (since !== undefined && then !== undefined && since !== then) return since < then ? -1 : 1;
  return compareText(a.name, b.name);
}
