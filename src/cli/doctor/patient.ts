import { CUSTOM_KINDS, KINDS } from '../../api/kinds.ts';
import { GatewayKind } from '../../api/kubernetes/gateway.ts';
import { GatewayClassKind } from '../../api/kubernetes/gateway-class.ts';
import type { KubernetesObject } from '../../api/object.ts';
import type { Patient } from '../../doctor/check.ts';
import { PROXY_CONFIG, PROXY_CONFIG_KIND, SURROUNDING_KINDS, surroundingName } from '../../doctor/surroundings.ts';
import type { Unread } from '../../explain/situation.ts';
import { Situation, type SituationInput } from '../../explain/situation.ts';
import { resourceText } from '../../store/cluster/unfollowed.ts';
import { defaultStateDirectory } from '../../store/directory/open-directory-store.ts';
import { formatFault } from '../../store/directory/source-fault.ts';
import { clusterCredentials } from '../cluster/credentials.ts';
import { LiveCluster } from '../cluster/live-cluster.ts';
import type { ClusterOptions } from '../cluster/options.ts';
import type { CommandContext } from '../context.ts';
import type { DirectoryOptions } from '../directory-options.ts';
import { folderController } from '../explain/folder-controller.ts';
import { assumeAdvertisement, hasRun, readDirectory } from '../plan/input.ts';
import { ObjectSet } from '../plan/object-set.ts';

/** What to examine, as the command line has it. */
export interface PatientSources extends ClusterOptions, DirectoryOptions {}

const NO_PROXY_CONFIG = `there is no ${PROXY_CONFIG.namespace}/${PROXY_CONFIG.name}, or you may not read it`;

/** No check looks at a Gateway. */
const EXAMINED = KINDS.filter((kind) => kind !== GatewayKind && kind !== GatewayClassKind);

/** How it is judged. */
type Judgement = Pick<SituationInput, 'loadBalancerClass' | 'reserved'>;

/** Reads all that can be read. @throws CommandError where nothing can be */
export async function readPatient(
  context: Pick<CommandContext, 'stderr' | 'now'>,
  sources: PatientSources,
  judgement: Judgement,
): Promise<Patient> {
  const { dir, stateDir } = sources;
  return dir === undefined
    ? await readCluster(context, sources, judgement)
    : await readFolder(context, dir, stateDir, judgement);
}

async function readFolder(
  { stderr, now }: Pick<CommandContext, 'stderr' | 'now'>,
  dir: string,
  stateDir: string | undefined,
  judgement: Judgement,
): Promise<Patient> {
  const objects = new ObjectSet();
  const unread: Unread[] = [...SURROUNDING_KINDS, PROXY_CONFIG_KIND].map((kind) => {
    return { what: surroundingName(kind), why: 'a folder has none' };
  });
  for (const fault of await readDirectory(dir, stateDir, objects)) {
    stderr.write(`warning: ${formatFault(fault)}\n`);
    unread.push({ what: fault.object?.split('/')[0] ?? fault.file, why: formatFault(fault) });
  }
  if (!(await hasRun(dir, stateDir))) assumeAdvertisement({ stderr }, objects);
  const controller = await folderController(stateDir ?? defaultStateDirectory(dir));
  const situation = new Situation({ objects: objects.values(), unread, now: now(), controller, ...judgement });
  return { situation, surroundings: [], missingKinds: [] };
}

async function readCluster(
  context: Pick<CommandContext, 'stderr' | 'now'>,
  sources: ClusterOptions,
  judgement: Judgement,
): Promise<Patient> {
  const cluster = new LiveCluster(context, await clusterCredentials(sources), { services: 'all' });
  const objects: KubernetesObject[] = [];
  const surroundings: KubernetesObject[] = [];
  const unread: Unread[] = [];
  const missingKinds: string[] = [];
  try {
    await Promise.all([
      ...EXAMINED.map(async (kind) => {
        const { objects: found, why, isMissing = false } = await cluster.tryList(kind);
        objects.push(...found);
        const isOurs = CUSTOM_KINDS.some((own) => own === kind);
        if (isMissing && isOurs) missingKinds.push(resourceText(kind));
        if (why !== undefined && (!isMissing || isOurs)) unread.push({ what: kind.kind, why });
      }),
      ...SURROUNDING_KINDS.map(async (kind) => {
        const { objects: found, why, isMissing = false } = await cluster.tryList(kind);
        surroundings.push(...found.map((object) => ({ ...object, apiVersion: kind.apiVersion, kind: kind.kind })));
        // What the cluster does not have, nobody has left there.
        if (why !== undefined && !isMissing) unread.push({ what: surroundingName(kind), why });
      }),
    ]);
    const proxy = await cluster.getWhole(PROXY_CONFIG_KIND, PROXY_CONFIG);
    if (proxy !== undefined) surroundings.push(proxy);
    else unread.push({ what: PROXY_CONFIG_KIND.kind, why: NO_PROXY_CONFIG });
  } finally {
    await cluster.close();
  }
  const situation = new Situation({ objects, unread, now: context.now(), ...judgement });
  return { situation, surroundings, missingKinds: missingKinds.sort() };
}
