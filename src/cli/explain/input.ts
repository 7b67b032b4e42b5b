import { GatewayKind } from '../../api/kubernetes/gateway.ts';
import { GatewayClassKind } from '../../api/kubernetes/gateway-class.ts';
import { IngressKind } from '../../api/kubernetes/ingress.ts';
import { IngressClassKind } from '../../api/kubernetes/ingress-class.ts';
import { LeaseKind } from '../../api/kubernetes/lease.ts';
import type { SituationInput, Unread } from '../../explain/situation.ts';
import { defaultStateDirectory } from '../../store/directory/open-directory-store.ts';
import { formatFault, type SourceFault } from '../../store/directory/source-fault.ts';
import { clusterCredentials } from '../cluster/credentials.ts';
import { LiveCluster } from '../cluster/live-cluster.ts';
import type { ClusterOptions } from '../cluster/options.ts';
import type { CommandContext } from '../context.ts';
import type { DirectoryOptions } from '../directory-options.ts';
import { CommandError } from '../exit-codes.ts';
import {
  assumeAdvertisement,
  hasRun,
  layFiles,
  PLANNED,
  PLANNED_WHERE_KNOWN,
  PlanInputError,
  readDirectory,
} from '../plan/input.ts';
import { filesAlone, overCluster, overFolder } from '../plan/laying.ts';
import { ObjectSet } from '../plan/object-set.ts';
import { folderController } from './folder-controller.ts';
import { parseSubject, type Subject } from './subject.ts';

/** Where to look, as the command line has it. */
export interface ExplainSources extends ClusterOptions, DirectoryOptions {
  readonly filename?: readonly string[];
  readonly cluster?: boolean;
  readonly namespace?: string;
}

/** What is to be explained, and all that it is explained by. */
export interface ExplainInput {
  readonly subject: Subject;
  readonly situation: SituationInput;
}

/** What an explanation is made of. Whoever may not read one of them is told, and the rest is explained. */
const EXPLAINED = [...PLANNED, ...PLANNED_WHERE_KNOWN, LeaseKind, IngressKind, IngressClassKind];
/** What else a Gateway is explained by. */
const OF_GATEWAYS = [GatewayKind, GatewayClassKind];
const NO_GATEWAY_API = `the cluster does not have the Gateway API (${GatewayKind.apiVersion}), nor so any Gateway`;
/** Not every server has them. */
const MAY_BE_MISSING: readonly string[] = PLANNED_WHERE_KNOWN.map(({ kind }) => kind);

/**
 * Reads the cluster, unless only files or a folder are named, and lays the files over it.
 *
 * @throws PlanInputError, and CommandError for what is wrong with the command line, or with the way to the cluster
 */
export async function readExplainInput(
  context: Pick<CommandContext, 'stdin' | 'stderr' | 'now'>,
  [first, second]: readonly [string, string | undefined],
  sources: ExplainSources,
): Promise<ExplainInput> {
  const { filename: paths = [], dir, stateDir } = sources;
  const isNamed = sources.cluster === true || sources.kubeconfig !== undefined || sources.context !== undefined;
  const isCluster = isNamed || (paths.length === 0 && dir === undefined);
  const objects = new ObjectSet();
  const faults: SourceFault[] = [];
  const credentials = isCluster ? await clusterCredentials(sources) : undefined;
  const cluster = credentials && new LiveCluster(context, credentials, { services: 'all' });
  const namespace = sources.namespace ?? (credentials && (credentials.namespace ?? 'default'));
  const subject = parseSubject(first, second, namespace);
  const laying = cluster ? overCluster(cluster, context.stderr) : dir !== undefined ? overFolder : filesAlone;
  let unread: readonly Unread[] = [];
  try {
    if (cluster !== undefined) unread = await readCluster(cluster, subject, objects);
    if (dir !== undefined) unread = unreadFiles(await readDirectory(dir, stateDir, objects), context);
    if (paths.length > 0) await layFiles(context, { paths, namespace }, objects, faults, laying);
  } finally {
    await cluster?.close();
  }
  if (faults.length > 0) throw new PlanInputError(faults, 'explained');
  const isCopy = cluster === undefined && (dir === undefined || !(await hasRun(dir, stateDir)));
  if (isCopy) assumeAdvertisement(context, objects);
  const controller = dir === undefined ? undefined : await folderController(stateDir ?? defaultStateDirectory(dir));
  const now = isCluster || dir !== undefined ? context.now() : undefined;
  return { subject, situation: { objects: objects.values(), unread, now, controller } };
}

/** Who runs on a folder goes on without what is faulty in it: so does an explanation, and says so. */
function unreadFiles(faults: readonly SourceFault[], { stderr }: Pick<CommandContext, 'stderr'>): readonly Unread[] {
  return faults.map((fault) => {
    const { file, line, object, field, message } = fault;
    stderr.write(`warning: ${formatFault(fault)}\n`);
    const what = line === undefined ? file : `${file}:${line}`;
    return { what, why: [object, field, message].filter((part) => part !== undefined).join(': ') };
  });
}

/** Adds what a cluster has, and of the object to be explained all of it. Returns what could not be read. */
async function readCluster(cluster: LiveCluster, subject: Subject, objects: ObjectSet): Promise<readonly Unread[]> {
  const unread: Unread[] = [];
  const kinds = subject.kind === GatewayKind ? [...EXPLAINED, ...OF_GATEWAYS] : EXPLAINED;
  const lists = await Promise.all(kinds.map(async (kind) => ({ kind, ...(await cluster.tryList(kind)) })));
  for (const { kind, objects: list, why, isMissing = false } of lists) {
    if (isMissing && kind === GatewayKind) throw new CommandError(NO_GATEWAY_API);
    if (why !== undefined && !MAY_BE_MISSING.includes(kind.kind)) unread.push({ what: kind.kind, why });
    for (const object of list) objects.put(kind, object);
  }
  if (subject.kind !== 'Address') {
    const whole = await cluster.getWhole(subject.kind, subject.key);
    if (whole !== undefined) objects.put(subject.kind, whole);
  }
  return unread;
}
