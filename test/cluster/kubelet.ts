import type { Cluster } from './cluster.ts';
import { Pod, type PodPort } from './pod.ts';

/** A Pod object, as far as a kubelet looks at it. */
export interface PodObject {
  readonly metadata: { readonly namespace: string; readonly name: string; readonly deletionTimestamp?: string };
  readonly spec: {
    readonly nodeName?: string;
    readonly hostNetwork?: boolean;
    readonly serviceAccountName?: string;
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
export interface Container {
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
 * and ends it when the pod is deleted.
 */
export class Kubelet {
  readonly #cluster: Cluster;
  readonly #programOf: ProgramOf;
  /** By namespace and name; undefined while a pod is being started. */
  readonly #pods = new Map<string, Pod | undefined>();
  #timer: NodeJS.Timeout | undefined;
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

  /** The pods that run. */
  get pods(): readonly Pod[] {
    return [...this.#pods.values()].filter((pod) => pod !== undefined);
  }

  /** What went wrong last, for a pod that does not come up. */
  get fault(): unknown {
    return this.#fault;
  }

  /** Ends all pods' programs. */
  async dispose(): Promise<void> {
    clearTimeout(this.#timer);
    await Promise.all(this.pods.map((pod) => pod.dispose()));
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      this.#look()
        .catch((error: unknown) => {
          this.#fault = error;
        })
        .finally(() => this.#schedule());
    }, 50);
  }

  async #look(): Promise<void> {
    const { items } = await this.#cluster.api.call<{ items: PodObject[] }>('GET', '/api/v1/pods');
    const load = new Map(this.#cluster.nodes.map((node) => [node.name, 0]));
    for (const { spec } of items) {
      if (spec.nodeName !== undefined) load.set(spec.nodeName, (load.get(spec.nodeName) ?? 0) + 1);
    }
    for (const object of items) {
      const key = keyOf(object);
      if (object.metadata.deletionTimestamp !== undefined) await this.#end(object);
      else if (object.spec.nodeName === undefined) await this.#bind(object, load);
      else if (!this.#pods.has(key)) {
        this.#pods.set(key, undefined);
        this.#run(object, object.spec.nodeName).catch((error: unknown) => {
          this.#fault = error;
          this.#pods.delete(key);
        });
      }
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

  async #run(object: PodObject, nodeName: string): Promise<void> {
    const { containers, hostNetwork = false } = object.spec;
    const pod = await Pod.run({
      ...object.metadata,
      node: this.#cluster.node(nodeName),
      hostNetwork,
      containers: containers.map(({ name }) => name),
      ports: containers.flatMap(({ ports = [] }) => ports),
      command: await this.#programOf(object),
      folder: this.#cluster.folder,
      env: this.#cluster.env,
    });
    this.#pods.set(keyOf(object), pod);
  }

  async #end(object: PodObject): Promise<void> {
    const key = keyOf(object);
    const pod = this.#pods.get(key);
    await pod?.program.stop('SIGTERM');
    await pod?.dispose();
    this.#pods.delete(key);
    const { namespace, name } = object.metadata;
    await this.#cluster.api.call('DELETE', `/api/v1/namespaces/${namespace}/pods/${name}?gracePeriodSeconds=0`);
  }
}

/** The node that a DaemonSet has chosen for one of its pods. */
function demandedNode({ spec }: PodObject): string | undefined {
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const fields = terms.flatMap(({ matchFields = [] }) => matchFields);
  return fields.find(({ key }) => key === 'metadata.name')?.values?.[0];
}

function keyOf({ metadata: { namespace, name } }: PodObject): string {
  return `${namespace}/${name}`;
}
