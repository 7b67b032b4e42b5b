import type { Writable } from 'node:stream';
import { keyOf } from '../../api/object.ts';
import { type LocatedObject, objectText } from '../../store/directory/documents.ts';
import type { SourceFault } from '../../store/directory/source-fault.ts';
import { inParallel } from '../cluster/in-parallel.ts';
import type { LiveCluster } from '../cluster/live-cluster.ts';
import { applied } from './applied.ts';
import type { ObjectSet } from './object-set.ts';
import { replaced } from './replaced.ts';

/** Lays the objects of files over what is there. Returns why some cannot be. */
export type Laying = (files: readonly LocatedObject[], objects: ObjectSet) => Promise<readonly SourceFault[]>;

/** There is nothing to lay them over. */
export const filesAlone: Laying = async (files, objects) => {
  for (const { kind, object } of files) objects.put(kind, object);
  return [];
};

/** In a folder, a file is the object: see {@link replaced}. */
export const overFolder: Laying = async (files, objects) => {
  for (const { kind, object } of files) objects.put(kind, replaced(objects.get(kind, keyOf(object)), object));
  return [];
};

/** In a cluster, `kubectl apply` would apply them: see {@link applied}. */
export function overCluster(cluster: Pick<LiveCluster, 'getWhole'>, stderr: Writable): Laying {
  return async (files, objects) => {
    const faults: SourceFault[] = [];
    const unread: LocatedObject[] = [];
    const isSingleStack = hasOneFamily(objects);
    await inParallel(files, async (located) => {
      const { kind, object, manifest = {}, file, line } = located;
      const listed = objects.get(kind, keyOf(object));
      // What is listed lacks what kubectl applied last.
      const whole = listed && (await cluster.getWhole(kind, keyOf(object)));
      if (listed !== undefined && whole === undefined) unread.push(located);
      const result = applied(kind, manifest, whole ?? listed, isSingleStack);
      if (result.ok) objects.put(kind, result.object);
      else faults.push(...result.faults.map((fault) => ({ file, line, object: objectText(located), ...fault })));
    });
    if (unread.length > 0) stderr.write(unreadText(unread));
    return faults.sort((a, b) => compareText(a.file, b.file) || (a.line ?? 0) - (b.line ?? 0));
  };
}

/** By the ServiceCIDRs, where the server has them; else both families are taken to be there. */
function hasOneFamily(objects: ObjectSet): boolean {
  const cidrs = objects
    .values()
    .filter(({ kind }) => kind === 'ServiceCIDR')
    .flatMap((object) => (object as { readonly spec?: { readonly cidrs?: readonly string[] } }).spec?.cidrs ?? []);
  return cidrs.length > 0 && new Set(cidrs.map((cidr) => cidr.includes(':'))).size === 1;
}

function unreadText(unread: readonly LocatedObject[]): string {
  const names = unread.map(objectText).sort();
  const shown = `${names.slice(0, SHOWN).join(', ')}${names.length > SHOWN ? ` and ${names.length - SHOWN} more` : ''}`;
  return `warning: you may not get ${shown}: what was applied before and is in no file any more is taken to stay\n`;
}

const SHOWN = 5;

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
