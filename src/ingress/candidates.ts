import type { Service } from '../api/kubernetes/service.ts';
import { keyText } from '../api/object.ts';
import { controllersOf } from './known-controllers.ts';

const NONE: readonly Service[] = [];

/** The Services of known ingress controllers, by controller, so that not all are gone through for each Ingress. */
export class Candidates {
  readonly #byController = new Map<string, Map<string, Service>>();
  readonly #controllers = new Map<string, readonly string[]>();
  /** The same as lists, for as long as they have not changed. */
  readonly #lists = new Map<string, readonly Service[]>();

  /** Takes a Service as it now is. Gives the controllers of which it may be the Service, or may have been. */
  put(service: Service): readonly string[] {
    const key = keyText(service.metadata);
    const former = this.remove(key);
    const controllers = controllersOf(service);
    if (controllers.length === 0) return former;
    this.#controllers.set(key, controllers);
    for (const controller of controllers) {
      const services = this.#byController.get(controller) ?? new Map<string, Service>();
      this.#byController.set(controller, services.set(key, service));
      this.#lists.delete(controller);
    }
    return [...new Set([...former, ...controllers])];
  }

  /** Gives the controllers of which it may have been the Service. */
  remove(key: string): readonly string[] {
    const controllers = this.#controllers.get(key) ?? [];
    this.#controllers.delete(key);
    for (const controller of controllers) {
      this.#byController.get(controller)?.delete(key);
      this.#lists.delete(controller);
    }
    return controllers;
  }

  /** The Services that may be those of a controller: the same list until one of them changes. */
  of(controller: string): readonly Service[] {
    const known = this.#lists.get(controller);
    if (known !== undefined) return known;
    const list = [...(this.#byController.get(controller)?.values() ?? NONE)];
    this.#lists.set(controller, list);
    return list;
  }
}
