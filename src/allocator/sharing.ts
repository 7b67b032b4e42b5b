import type { Service } from '../api/kubernetes/service.ts';

/** On which terms a Service shares its address with others. */
export interface SharingTerms {
  /** The key that sharers have in common; undefined for a Service that does not share. */
  readonly key: string | undefined;
  /** Empty for one that does not share; a key counts within its namespace. */
  readonly namespace: string;
  /** `TCP/80` and so on: what it listens on. */
  readonly ports: ReadonlySet<string>;
  /**
   * Which backends answer. With `externalTrafficPolicy: Local` traffic goes only to nodes that have them, so sharers
   * must have the same; with Cluster any node serves, and it is empty.
   */
  readonly backend: string;
}

/** Most Services do not share: they have these terms in common. */
export const ALONE: SharingTerms = { key: undefined, namespace: '', ports: new Set(), backend: '' };

/** The terms of a Service, given the value of its `allow-shared-ip` annotation. */
export function sharingTermsOf(service: Service, key: string | undefined): SharingTerms {
  if (!key) return ALONE;
  const { spec, metadata } = service;
  return {
    key,
    namespace: metadata.namespace ?? 'default',
    ports: new Set(spec?.ports?.map((port) => `${port.protocol ?? 'TCP'}/${port.port}`)),
    backend: spec?.externalTrafficPolicy === 'Local' ? selectorText(spec.selector ?? {}) : '',
  };
}

function selectorText(selector: Readonly<Record<string, string>>): string {
  return Object.entries(selector)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(',');
}

/** Whether both sets of terms say the same, so that whoever could share before can now, and nobody else. */
export function sameTerms(a: SharingTerms, b: SharingTerms): boolean {
  if (a === b) return true;
  return (
    a.key === b.key &&
    a.namespace === b.namespace &&
    a.backend === b.backend &&
    a.ports.size === b.ports.size &&
    [...a.ports].every((port) => b.ports.has(port))
  );
}

/** Why two Services may not hold one address; null when they may. */
export function sharingObstacle(a: SharingTerms, b: SharingTerms, across: 'Namespace' | 'Cluster'): string | null {
  if (a.key === undefined || b.key === undefined) return 'it does not share';
  if (a.key !== b.key) return 'their sharing keys differ';
  if (across === 'Namespace' && a.namespace !== b.namespace) return 'a sharing key counts within its namespace';
  if (a.backend !== b.backend) return 'with externalTrafficPolicy Local sharers must select the same pods';
  for (const port of a.ports) if (b.ports.has(port)) return `both use port ${port}`;
  return null;
}
