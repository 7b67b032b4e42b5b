import { BERTH_NAMESPACE } from '../../src/api/access.ts';
import { eventually } from '../lab/eventually.ts';
import type { Cluster } from './cluster.ts';

const PATIENCE = { timeoutMs: 30_000 };
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const REVIEWS = '/apis/authorization.k8s.io/v1/subjectaccessreviews';

/** One thing that a rule of a role allows, as RBAC has it. */
export interface Right {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  /** `''` for all. */
  readonly namespace: string;
  /** Undefined for all. */
  readonly name: string | undefined;
}

interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** What the roles of a daemon allow, as they were installed; from the live ones rights can be taken. */
export class DaemonRights {
  readonly #taken = new Set<Right>();

  private constructor(
    readonly cluster: Cluster,
    readonly daemon: string,
    readonly all: readonly Right[],
  ) {}

  static async of(cluster: Cluster, daemon: string): Promise<DaemonRights> {
    const rules = async (namespace: string) =>
      (await cluster.api.call<{ rules: readonly Rule[] }>('GET', rolePath(daemon, namespace))).rules.flatMap((rule) =>
        rightsIn(rule, namespace),
      );
    return new DaemonRights(cluster, daemon, [...(await rules('')), ...(await rules(BERTH_NAMESPACE))]);
  }

  /** @returns those of a verb, and of a resource where one is named. Throws where there are none. */
  find(verb: string, resource?: string): readonly Right[] {
    const found = this.all.filter((right) => right.verb === verb && (resource ?? right.resource) === right.resource);
    if (found.length === 0) throw new Error(`${this.daemon} has no right ${verb} on ${resource ?? 'anything'}`);
    return found;
  }

  /** Takes them from the live roles. Resolves when the API server denies each. */
  async take(rights: readonly Right[]): Promise<void> {
    for (const right of rights) this.#taken.add(right);
    await this.#put(rights, false);
  }

  /** Puts them back. Resolves when the API server allows each. */
  async give(rights: readonly Right[]): Promise<void> {
    for (const right of rights) this.#taken.delete(right);
    await this.#put(rights, true);
  }

  async #put(changed: readonly Right[], isAllowed: boolean): Promise<void> {
    const left = this.all.filter((right) => !this.#taken.has(right));
    for (const namespace of new Set(changed.map((right) => right.namespace))) {
      const rules = left.filter((right) => right.namespace === namespace).map(ruleOf);
      await this.cluster.api.call('PATCH', rolePath(this.daemon, namespace), { rules });
    }
    await Promise.all(changed.map((right) => this.#reviewed(right, isAllowed)));
  }

  /** The API server learns of a changed role by a watch of its own. */
  async #reviewed({ verb, group, resource: path, namespace, name }: Right, isAllowed: boolean): Promise<void> {
    const [resource, subresource] = path.split('/');
    const resourceAttributes = { verb, group, resource, subresource, namespace, name };
    const user = `system:serviceaccount:${BERTH_NAMESPACE}:${this.daemon}`;
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { user, resourceAttributes },
    };
    const probe = async () => {
      const { status } = await this.cluster.api.call<{ status: { allowed: boolean } }>('POST', REVIEWS, review);
      return status.allowed === isAllowed || undefined;
    };
    await eventually(`${this.daemon} ${isAllowed ? 'may' : 'may not'} ${verb} ${path}`, probe, PATIENCE);
  }
}

function rolePath(daemon: string, namespace: string): string {
  return namespace === '' ? `${RBAC}/clusterroles/${daemon}` : `${RBAC}/namespaces/${namespace}/roles/${daemon}`;
}

function rightsIn({ verbs, apiGroups, resources, resourceNames = [] }: Rule, namespace: string): readonly Right[] {
  const names = resourceNames.length === 0 ? [undefined] : resourceNames;
  return verbs.flatMap((verb) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) => names.map((name) => ({ verb, group, resource, namespace, name }))),
    ),
  );
}

function ruleOf({ verb, group, resource, name }: Right): Rule {
  return {
    verbs: [verb],
    apiGroups: [group],
    resources: [resource],
    ...(name === undefined ? {} : { resourceNames: [name] }),
  };
}
