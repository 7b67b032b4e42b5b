import { servedBy } from '../announcement/endpoints.ts';
import { EndpointSliceKind } from '../api/kubernetes/endpoint-slice.ts';
import { ServiceKind } from '../api/kubernetes/service.ts';
import { type KubernetesObject, keyOf, keyText } from '../api/object.ts';

/** What has changed since it was last asked for: some Services or their endpoints, or something that concerns all. */
export class Changes {
  #services = new Set<string>();
  #isAll = true;

  /** Something has changed that concerns every Service. */
  addAll(): void {
    this.#isAll = true;
    this.#services.clear();
  }

  /** @param former as the object was before; undefined for one that is new */
  add(object: KubernetesObject, former: KubernetesObject | undefined): void {
    if (!isOfService(object)) this.addAll();
    if (this.#isAll) return;
    for (const each of [object, former]) {
      const service = each && serviceOf(each);
      if (service !== undefined) this.#services.add(service);
    }
  }

  /** The Services as `namespace/name`. At first everything has changed. */
  take(): ReadonlySet<string> | 'All' {
    const taken = this.#isAll ? 'All' : this.#services;
    this.#isAll = false;
    this.#services = new Set();
    return taken;
  }
}

/** Whether an object is a Service or a part of one, though it may not say of which. */
export function isOfService({ kind }: KubernetesObject): boolean {
  return kind === ServiceKind.kind || kind === EndpointSliceKind.kind;
}

function serviceOf(object: KubernetesObject): string | undefined {
  return object.kind === ServiceKind.kind ? keyText(keyOf(object)) : servedBy(object);
}
