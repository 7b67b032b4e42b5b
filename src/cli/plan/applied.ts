import { groupOf, type Kind, type Parsed } from '../../api/kind.ts';
import type { KubernetesObject } from '../../api/object.ts';
import { GROUP } from '../../api/schema/custom-kind.ts';
import { LAST_APPLIED } from '../../store/cluster/trim.ts';
import { filledIn, type ServiceSpec, serverRefusals } from './served-service.ts';
import { type ItemKeys, isMembers, type Members, threeWayMerge } from './three-way-merge.ts';

/** An object as a manifest has it: nothing is filled in. */
export type Manifest = Members;

/** What the server sets, and no manifest changes. */
const SERVER_OWNED: readonly string[] = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'managedFields',
];

/**
 * The object as an API server has it once `kubectl apply` has applied the manifest: a three-way merge by the annotation in
 * which kubectl keeps what it applied last. Status, identity and age are no manifest's to change.
 *
 * @param live as it is, with that annotation; undefined where it is new
 * @param isSingleStack whether the cluster has Service addresses of one family only
 * @returns the object, or every reason for which a server would refuse it
 */
export function applied<T extends KubernetesObject>(
  kind: Kind<T>,
  manifest: Manifest,
  live: T | undefined,
  isSingleStack = false,
): Parsed<T> {
  if (live === undefined) return kind.parse(created(kind, manifest));
  const merged = threeWayMerge(
    { lastApplied: lastAppliedTo(live), manifest: applicable(manifest), live: withoutStatus(live) },
    itemKeysOf(kind),
  );
  const metadata = { ...withoutLastApplied(merged.metadata as Members), ...ownedBy(live) };
  const status = 'status' in live ? { status: live.status } : {};
  const object = { ...merged, metadata, ...status };
  if (kind.kind !== 'Service') return kind.parse(object);
  const [before, after] = [specOf(live), specOf(object)];
  const faults = serverRefusals(before, after);
  if (faults.length > 0) return { ok: false, faults };
  return kind.parse({ ...object, spec: filledIn(before, after, isSingleStack) });
}

/** A server takes no status with a new object, but for that of a Node, and says itself when it was made. */
function created(kind: Kind<KubernetesObject>, manifest: Manifest): Members {
  const { status, ...rest } = manifest;
  const metadata = Object.fromEntries(
    Object.entries(isMembers(manifest.metadata) ? manifest.metadata : {}).filter(
      ([name]) => !SERVER_OWNED.includes(name),
    ),
  );
  return { ...rest, metadata, ...(kind.kind === 'Node' && status !== undefined ? { status } : {}) };
}

/** kubectl always applies a map of annotations, if an empty one: those of others stay. */
function applicable(manifest: Manifest): Manifest {
  const metadata = isMembers(manifest.metadata) ? manifest.metadata : {};
  return withoutStatus({ ...manifest, metadata: { ...metadata, annotations: metadata.annotations ?? {} } });
}

function withoutStatus(object: object): Members {
  const { status: _, ...rest } = object as Members;
  return rest;
}

/** Undefined where kubectl has never applied it, or nobody can read what it wrote. */
function lastAppliedTo(live: KubernetesObject): Members | undefined {
  const text = live.metadata.annotations?.[LAST_APPLIED];
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isMembers(value) ? withoutStatus(value) : undefined;
  } catch {
    return undefined;
  }
}

function withoutLastApplied(metadata: Members): Members {
  if (!isMembers(metadata.annotations)) return metadata;
  const { [LAST_APPLIED]: _, ...annotations } = metadata.annotations;
  const { annotations: _all, ...rest } = metadata;
  return Object.keys(annotations).length > 0 ? { ...rest, annotations } : rest;
}

function ownedBy(live: KubernetesObject): Members {
  const metadata = live.metadata as unknown as Members;
  return Object.fromEntries(SERVER_OWNED.map((field) => [field, metadata[field]]));
}

/**
 * Lists of Kubernetes' own kinds that are merged item by item, by path. Ports are told apart by number and protocol, as
 * a server does it; kubectl goes by the number alone, and so cannot take away one of two protocols.
 */
const MERGED: Readonly<Record<string, (item: unknown) => string>> = {
  'spec.ports': (item) => `${textOf(item, 'protocol') ?? 'TCP'}/${textOf(item, 'port')}`,
  'metadata.finalizers': String,
  'metadata.ownerReferences': (item) => `${textOf(item, 'uid')}`,
};

/** Of custom kinds, kubectl replaces every list. */
function itemKeysOf(kind: Kind<KubernetesObject>): ItemKeys {
  return groupOf(kind) === GROUP ? () => undefined : (path) => MERGED[path];
}

function textOf(item: unknown, member: string): string | undefined {
  const value = isMembers(item) ? item[member] : undefined;
  return value === undefined ? undefined : String(value);
}

function specOf(service: object): ServiceSpec {
  return ((service as Members).spec ?? {}) as ServiceSpec;
}
