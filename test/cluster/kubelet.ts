import type { Cluster } from './cluster.ts';
import type { PodPort } from './pod.ts';
import { PodWorker, type ProgramExit } from './pod-worker.ts';
import type { Probes } from './probes.ts';

/** A Pod object, as far as a kubelet looks at it. */
export interface PodObject {
  readonly metadata: {
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
    readonly deletionTimestamp?: string;
    readonly deletionGracePeriodSeconds?: number;
  };
  readonly spec: {
    readonly nodeName?: string;
    readonly hostNetwork?: boolean;
    readonly serviceAccountName?: string;
    readonly terminationGracePeriodSeconds?: number;
    readonly securityContext?: { readonly runAsUser?: number };
    readonly affinity?: Affinity;
    readonly containers: readonly Container[];
    readonly volumes?: readonly {
      readonly name: string;
      readonly configMap?: { readonly name: string };
      readonly hostPath?: { readonly path: string };
      readonly secret?: { readonly secretName: string };
    }[];
  };
}

interface Affinity {
  readonly nodeAffinity?: {
    readonly requiredDuringSchedulingIgnoredDuringExecution?: {
      readonly nodeSelectorTerms: readonly {
        readonly matchFields?: readonly { readonly key: string; readonly values?: readonly string[] }[];
      }[];
    };
  };
}

/** One container of a pod. */
export interface Container extends Probes {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly fieldRef?: { readonly fieldPath: string } };
  }[];
  readonly securityContext?: { readonly capabilities?: { readonly add?: readonly string[] } };
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly ports?: readonly PodPort[];
}

/** The command that stands for the images of a pod. Rejects where it cannot be made yet: it is asked for again. */
export type ProgramOf = (pod: PodObject) => Promise<readonly [string, ...string[]]>;

/**
 * Stands in for the scheduler and the kubelets: binds the pods that controllers make to nodes, runs a program for each,
 * asks it by the probes of its container, and ends it within its grace period when the pod is deleted.
 */
export class Kubelet {
  readonly #cluster: Cluster;
  readonly #programOf: ProgramOf;
  /** By the UID of the Pod object; undefined while a pod is being started. */
  readonly #workers = new Map<string, PodWorker | undefined>();
  /** Pods that are being ended, by UID. */
  readonly #ending = new Set<string>();
  readonly #exits: ProgramExit[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isDisposed = false;
  #fault: unknown;

  private constructor(cluster: Cluster, programOf: ProgramOf) {
    this.#cluster = cluster;
    this.#programOf = programOf;
  }

  static start(cluster: Cluster, programOf: ProgramOf): Kubelet {
    const kubelet = new Kubelet(cluster, programOf);
    kubelet.#schedule();
    return kubelet;
  }

  /** How programs ended that have ended so far. */
  get exits(): readonly ProgramExit[] {
    return this.#exits;
  }

  /** What went wrong last, for a pod that does not come up. */
  get fault(): unknown {
    return this.#fault;
  }

  /** Ends all pods' programs at once. */
  async dispose(): Promise<void> {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
    await Promise.all([...this.#workers.values()].map((worker) => worker?.dispose()));
  }

  #schedule(): void {
    if (this.#isDisposed) return;
    this.#timer = setTimeout(() => {
      this.#look()
        .catch((error: unknown) => this.#note(error))
        .finally(() => this.#schedule());
    }, 50);
  }

  #note(error: unknown): void {
    this.#fault = error;
  }

  async #look(): Promise<void> {
    const { items } = await this.#cluster.api.call<{ items: PodObject[] }>('GET', '/api/v1/pods');
    const load = new Map(this.#cluster.nodes.map((node) => [node.name, 0]));
    for (const { spec } of items) {
      if (spec.nodeName !== undefined) load.set(spec.nodeName, (load.get(spec.nodeName) ?? 0) + 1);
    }
    for (const object of items) {
      const { uid, deletionTimestamp } = object.metadata;
      if (deletionTimestamp !== undefined) this.#end(uid, graceMsOf(object), object);
      else if (object.spec.nodeName === undefined) await this.#bind(object, load);
      else if (!this.#workers.has(uid)) this.#begin(object, object.spec.nodeName);
    }
    const known = new Set(items.map(({ metadata }) => metadata.uid));
    for (const [uid, worker] of this.#workers) {
      // Deleted by force, or while it was being started.
      if (worker !== undefined && !known.has(uid)) this.#end(uid, worker.task.graceMs);
    }
  }

  async #bind(object: PodObject, load: Map<string, number>): Promise<void> {
    const { namespace, name } = object.metadata;
    const [idlest] = [...load].sort(([, a], [, b]) => a - b);
    const node = demandedNode(object) ?? idlest?.[0] ?? '';
    load.set(node, (load.get(node) ?? 0) + 1);
    const target = { apiVersion: 'v1', kind: 'Node', name: node };
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/binding`;
    await this.#cluster.api.call('POST', path, { metadata: { name }, target });
  }

  #begin(object: PodObject, nodeName: string): void {
    const { uid } = object.metadata;
    this.#workers.set(uid, undefined);
    this.#run(object, nodeName).catch((error: unknown) => {
      this.#note(error);
      this.#workers.delete(uid);
    });
  }

  async #run(object: PodObject, nodeName: string): Promise<void> {
    const { namespace, name, uid } = object.metadata;
    const { containers, hostNetwork = false } = object.spec;
    const worker = await PodWorker.start({
      namespace,
      name,
      node: this.#cluster.node(nodeName),
      hostNetwork,
      containers: containers.map((container) => container.name),
      ports: containers.flatMap(({ ports = [] }) => ports),
      probes: containers[0] ?? {},
      graceMs: graceMsOf(object),
      command: await this.#programOf(object),
      folder: this.#cluster.folder,
      env: this.#cluster.env,
      onExit: (exit) => this.#exits.push(exit),
      onFault: (error) => this.#note(error),
    });
    this.#workers.set(uid, worker);
  }

  /** Ends a pod, and then takes its object away, if it is still there. */
  #end(uid: string, graceMs: number, object?: PodObject): void {
    const worker = this.#workers.get(uid);
    const isBeingStarted = worker === undefined && this.#workers.has(uid);
    if (isBeingStarted || this.#ending.has(uid)) return;
    this.#ending.add(uid);
    const end = async (): Promise<void> => {
      await worker?.terminate(graceMs);
      this.#workers.delete(uid);
      if (object === undefined) return;
      const { namespace, name } = object.metadata;
      const path = `/api/v1/namespaces/${namespace}/pods/${name}?gracePeriodSeconds=0`;
      const { status } = await this.#cluster.api.try('DELETE', path);
      // Somebody may have forced it meanwhile.
      if (status >= 300 && status !== 404) throw new Error(`DELETE ${path}: ${status}`);
    };
    end()
      .catch((error: unknown) => this.#note(error))
      .finally(() => this.#ending.delete(uid));
  }
}

/** What its deletion says, or else its template. */
function graceMsOf({ metadata, spec }: PodObject): number {
  return 1000 * (metadata.deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30);
}

/** The node that a DaemonSet has chosen for one of its pods. */
function demandedNode({ spec }: PodObject): string | undefined {
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const fields = terms.flatMap(({ matchFields = [] }) => matchFields);
  return fields.find(({ key }) => key === 'metadata.name')?.values?.[0];
}
