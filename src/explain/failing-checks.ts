import type { Bar } from '../announcement/bar.ts';
import { annotationOf } from '../api/annotations.ts';
import { HEALTH_CHECK } from '../api/health-check.ts';
import { keyOf, keyText } from '../api/object.ts';
import type { ObjectsByKind } from './objects-by-kind.ts';

/**
 * The nodes that do not serve a Service by its health check, which only their own speakers can tell: by Service, as
 * `namespace/name`, and node. Of many addresses a speaker names some, so that a node may fail unseen.
 */
export function failingChecks({
  services,
  speakers,
}: Pick<ObjectsByKind, 'services' | 'speakers'>): ReadonlyMap<string, ReadonlyMap<string, Bar>> {
  const failing = new Map<string, Map<string, Bar>>();
  for (const service of services) {
    const check = annotationOf(service, HEALTH_CHECK)?.value;
    if (check === undefined) continue;
    const key = keyText(keyOf(service));
    for (const { metadata, status } of speakers) {
      const examples = (status?.withheld ?? []).filter(({ reason }) => reason === 'NoLocalEndpoint');
      if (!examples.some((each) => each.examples.some((example) => example.endsWith(` ${key}`)))) continue;
      const detail = `the health check of Service ${key} fails on node ${metadata.name}, as its speaker reports (${check}): see what serves there`;
      failing.set(key, (failing.get(key) ?? new Map()).set(metadata.name, { reason: 'NoLocalEndpoint', detail }));
    }
  }
  return failing;
}
