import type { KubernetesObject, ObjectMeta } from '../../api/object.ts';

/** What a folder remembers of an object beside its file, and no file changes. */
const REMEMBERED = ['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'finalizers'] as const;

/**
 * The object of a folder once the file replaces its own: what the file says and nothing else, with the status and what the
 * folder remembers of it. A file that returns ends a deletion.
 */
export function replaced(live: KubernetesObject | undefined, file: KubernetesObject): KubernetesObject {
  if (live === undefined) return file;
  const remembered = REMEMBERED.flatMap((field) =>
    live.metadata[field] === undefined ? [] : [[field, live.metadata[field]]],
  );
  const metadata: ObjectMeta = { ...file.metadata, ...Object.fromEntries(remembered) };
  const status = 'status' in live ? { status: live.status } : {};
  return { ...file, metadata, ...status };
}
