import { stat } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { groupOf, type Kind } from '../../api/kind.ts';
import { CUSTOM_KINDS, KINDS } from '../../api/kinds.ts';
import { EndpointSliceKind } from '../../api/kubernetes/endpoint-slice.ts';
import { NamespaceKind } from '../../api/kubernetes/namespace.ts';
import { NodeKind } from '../../api/kubernetes/node.ts';
import { ServiceKind } from '../../api/kubernetes/service.ts';
import { ServiceCIDRKind } from '../../api/kubernetes/service-cidr.ts';
import { L2AdvertisementKind } from '../../api/l2-advertisement.ts';
import type { KubernetesObject } from '../../api/object.ts';
import { API_VERSION } from '../../api/schema/custom-kind.ts';
import { mustParse } from '../../api/schema/define-kind.ts';
import type { SkippedDocument } from '../../store/directory/documents.ts';
import { defaultStateDirectory } from '../../store/directory/open-directory-store.ts';
import type { SourceFault } from '../../store/directory/source-fault.ts';
import { readPaths } from '../../store/directory/source-paths.ts';
import { clusterCredentials } from '../cluster/credentials.ts';
import { LiveCluster } from '../cluster/live-cluster.ts';
import type { ClusterOptions } from '../cluster/options.ts';
import type { CommandContext } from '../context.ts';
import { openDirectory } from '../directory.ts';
import type { DirectoryOptions } from '../directory-options.ts';
import { CommandError } from '../exit-codes.ts';
import { parseReference } from '../object-reference.ts';
import { filesAlone, type Laying, overCluster, overFolder } from './laying.ts';
import { ObjectSet } from './object-set.ts';

/** What a plan is to be made of, as the command line has it. */
export interface PlanSources extends ClusterOptions, DirectoryOptions {
  readonly filename?: readonly string[];
  readonly cluster?: boolean;
  readonly delete?: readonly string[];
  readonly namespace?: string;
}

/** The objects of a plan. */
export interface PlanObjects {
  readonly objects: readonly KubernetesObject[];
  /** As they are now, where a cluster or a folder that is in use tells. */
  readonly before: readonly KubernetesObject[] | undefined;
  readonly deleted: readonly KubernetesObject[];
}

/** Input that cannot be planned: every fault that it has. */
export class PlanInputError extends Error {
  override readonly name = 'PlanInputError';
  /** @param undone what could not be done with it: `planned` */
  constructor(
    readonly faults: readonly SourceFault[],
    undone: 'planned' | 'explained' = 'planned',
  ) {
    super(`${faults.length} fault${faults.length > 1 ? 's' : ''} in the input: nothing was ${undone}`);
  }
}

/**
 * Reads everything: the cluster or the live folder first, then what `-f` lays over it, then what `--delete` takes away. What was left
 * out or assumed is told on stderr.
 *
 * @throws PlanInputError, and CommandError for what is wrong with the command line itself.
 */
export async function readPlanObjects(
  context: Pick<CommandContext, 'stdin' | 'stderr'>,
  sources: PlanSources,
): Promise<PlanObjects> {
  const { filename: paths = [], dir, stateDir, delete: references = [] } = sources;
  const isCluster = sources.cluster === true || sources.kubeconfig !== undefined || sources.context !== undefined;
  const isLive = isCluster || dir !== undefined;
  if (paths.length === 0 && !isLive) {
    throw new CommandError(
      'nothing to plan: name files with -f PATH (- for stdin), a cluster with --cluster, or a folder with --dir DIR',
    );
  }
  const objects = new ObjectSet();
  const faults: SourceFault[] = [];
  const credentials = isCluster ? await clusterCredentials(sources) : undefined;
  const namespace = sources.namespace ?? credentials?.namespace;
  const cluster = credentials && new LiveCluster(context, credentials, { services: 'all' });
  let before: readonly KubernetesObject[] | undefined;
  try {
    if (cluster !== undefined) await readCluster(cluster, objects);
    if (dir !== undefined) faults.push(...(await readDirectory(dir, stateDir, objects)));
    before = isLive ? objects.values() : undefined;
    const laying = cluster ? overCluster(cluster, context.stderr) : dir !== undefined ? overFolder : filesAlone;
    await layFiles(context, { paths, namespace }, objects, faults, laying);
  } finally {
    await cluster?.close();
  }
  if (faults.length > 0) throw new PlanInputError(faults);

  const deleted = references.map((reference) => takeAway(objects, reference, namespace));
  const bringsDefaults = !isLive || (dir !== undefined && !(await hasRun(dir, stateDir)));
  if (bringsDefaults) assumeAdvertisement(context, objects);
  return { objects: objects.values(), before, deleted };
}

/** Files that are laid over what is there. */
export interface LaidFiles {
  readonly paths: readonly string[];
  /** Of objects that name none. Default: `default`. */
  readonly namespace: string | undefined;
}

/**
 * Lays what files hold over what is there, and adds what is wrong with them to the faults. What was skipped is told on
 * stderr.
 *
 * @throws CommandError where there is nothing at all
 */
export async function layFiles(
  context: Pick<CommandContext, 'stdin' | 'stderr'>,
  { paths, namespace }: LaidFiles,
  objects: ObjectSet,
  faults: SourceFault[],
  laying: Laying,
): Promise<void> {
  const stdin = paths.includes('-') ? { stdin: await text(context.stdin) } : {};
  const files = await readPaths(paths, { ...stdin, namespace, keepsManifests: true });
  faults.push(...files.faults);
  if (faults.length > 0) return;
  faults.push(...(await laying(files.objects, objects)));
  if (objects.size === 0 && files.skipped.length === 0 && faults.length === 0) {
    throw new CommandError(
      'the input holds no objects: name what has some with -f PATH; of a folder, *.yaml, *.yml and *.json are read',
    );
  }
  if (files.skipped.length > 0) context.stderr.write(skippedText(files.skipped));
}

/** Adds the advertisement that every installation brings, where there is none, and says so on stderr. */
export function assumeAdvertisement({ stderr }: Pick<CommandContext, 'stderr'>, objects: ObjectSet): void {
  if (objects.values().some(({ kind }) => ADVERTISEMENT_KINDS.includes(kind))) return;
  objects.put(L2AdvertisementKind, mustParse(L2AdvertisementKind, DEFAULT_ADVERTISEMENT));
  stderr.write('no advertisement in the input: assuming the L2Advertisement "default" of every installation\n');
}

const ADVERTISEMENT_KINDS: readonly string[] = ['L2Advertisement', 'BGPAdvertisement'];

const DEFAULT_ADVERTISEMENT = {
  apiVersion: L2AdvertisementKind.apiVersion,
  kind: L2AdvertisementKind.kind,
  metadata: { name: 'default' },
};

/** What a plan is made of: not everybody may read the rest. */
export const PLANNED: readonly Kind<KubernetesObject>[] = [
  ...CUSTOM_KINDS,
  ServiceKind,
  NodeKind,
  EndpointSliceKind,
  NamespaceKind,
];

/** Older servers do not have these. */
export const PLANNED_WHERE_KNOWN: readonly Kind<KubernetesObject>[] = [ServiceCIDRKind];

/** Adds what a cluster has, status included. */
async function readCluster(cluster: LiveCluster, objects: ObjectSet): Promise<void> {
  const lists = await Promise.all([
    ...PLANNED.map(async (kind) => ({ kind, list: await cluster.list(kind) })),
    ...PLANNED_WHERE_KNOWN.map(async (kind) => ({ kind, list: (await cluster.tryList(kind)).objects })),
  ]);
  for (const { kind, list } of lists) for (const object of list) objects.put(kind, object);
}

/** Adds what a directory store holds, status included. Returns what is wrong with it. */
export async function readDirectory(
  directory: string,
  stateDirectory: string | undefined,
  objects: ObjectSet,
): Promise<readonly SourceFault[]> {
  const store = await openDirectory(directory, stateDirectory);
  try {
    for (const kind of KINDS) for (const object of await store.list(kind)) objects.put(kind, object);
    return store.faults();
  } finally {
    await store.close();
  }
}

function takeAway(objects: ObjectSet, reference: string, namespace: string | undefined): KubernetesObject {
  const { kind, key } = parseReference(reference, namespace);
  const object = objects.take(kind, key);
  if (!object) throw new CommandError(`--delete ${reference}: there is no such ${kind.kind} in the input`);
  return object;
}

function skippedText(skipped: readonly SkippedDocument[]): string {
  const counts = new Map<string, number>();
  for (const { kind, apiVersion } of skipped) {
    const group = groupOf({ apiVersion });
    const name = group === '' ? kind : `${kind}.${group}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const kinds = [...counts].map(([name, count]) => `${count} ${name}`).join(', ');
  const hint = skipped.some(({ apiVersion }) => groupOf({ apiVersion }) === METALLB_GROUP)
    ? `: of pools and advertisements only those of apiVersion ${API_VERSION} are read`
    : '';
  return `skipped ${skipped.length} of kinds that Berth does not read: ${kinds}${hint}\n`;
}

const METALLB_GROUP = 'metallb.io';

/** Whether Berth has run on a folder: it then brought its defaults, and people may have taken them away. */
export async function hasRun(directory: string, stateDirectory: string | undefined): Promise<boolean> {
  return stat(stateDirectory ?? defaultStateDirectory(directory)).then(
    () => true,
    () => false,
  );
}
