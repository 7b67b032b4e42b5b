import type { Bar } from '../../announcement/bar.ts';
import { annotationOf } from '../../api/annotations.ts';
import { HEALTH_CHECK, type HealthCheck, HealthCheckError, parseHealthCheck } from '../../api/health-check.ts';
import type { Service } from '../../api/kubernetes/service.ts';
import { keyOf, keyText } from '../../api/object.ts';
import type { Clock } from '../wire/clock.ts';

/** Tries once; resolves to why that failed, or to undefined. */
export type Attempt = (host: string, port: number, timeout: number) => Promise<string | undefined>;

interface Checked {
  /** As in the annotation. */
  readonly text: string;
  /** Undefined while this node serves the Service, or nobody knows yet. */
  bar: Bar | undefined;
  stop(): void;
}

/** The health checks that Services name: which Services this node does not serve, and why. */
export class HealthChecks {
  readonly #clock: Clock;
  readonly #attempt: Attempt;
  readonly #onChange: () => void;
  readonly #checked = new Map<string, Checked>();

  /** @param onChange {@link failing} has changed, but for what {@link set} changes */
  constructor(clock: Clock, attempt: Attempt, onChange: () => void) {
    this.#clock = clock;
    this.#attempt = attempt;
    this.#onChange = onChange;
  }

  /** These are all Services now. Their checks begin, go on and end. */
  set(services: Iterable<Service>): void {
    const gone = new Set(this.#checked.keys());
    for (const service of services) {
      const key = keyText(keyOf(service));
      this.setOne(key, service);
      gone.delete(key);
    }
    for (const key of gone) this.#forget(key);
  }

  /** A Service (`namespace/name`) is so now; undefined where it is gone. Returns whether that changes {@link failing}. */
  setOne(key: string, service: Service | undefined): boolean {
    const known = this.#checked.get(key);
    const text = service && annotationOf(service, HEALTH_CHECK)?.value;
    if (known?.text === text) return false;
    this.#forget(key);
    if (text !== undefined) this.#checked.set(key, this.#begin(key, text));
    return known?.bar !== this.#checked.get(key)?.bar;
  }

  /** By Service, as `namespace/name`, why this node does not serve it. */
  failing(): ReadonlyMap<string, Bar> {
    return new Map([...this.#checked].flatMap(([key, { bar }]) => (bar === undefined ? [] : [[key, bar] as const])));
  }

  stop(): void {
    for (const key of [...this.#checked.keys()]) this.#forget(key);
  }

  #forget(key: string): void {
    this.#checked.get(key)?.stop();
    this.#checked.delete(key);
  }

  #begin(key: string, text: string): Checked {
    const checked: Checked = { text, bar: undefined, stop: () => {} };
    try {
      checked.stop = this.#run(key, checked, parseHealthCheck(text));
    } catch (error) {
      if (!(error instanceof HealthCheckError)) throw error;
      checked.bar = barOf(`the annotation ${HEALTH_CHECK.spellings[0]} of Service ${key}: ${error.message}`);
    }
    return checked;
  }

  /** The first attempt decides at once; afterwards so many in a row that say something else. */
  #run(key: string, checked: Checked, check: HealthCheck): () => void {
    const { host, port, interval, timeout, fall, rise } = check;
    let isStopped = false;
    let cancel = () => {};
    let contrary = Number.POSITIVE_INFINITY;
    const take = (failure: string | undefined) => {
      if (isStopped) return;
      cancel = this.#clock.after(interval, attempt);
      if ((failure === undefined) === (checked.bar === undefined)) {
        contrary = 0;
        return;
      }
      contrary += 1;
      if (contrary < (failure === undefined ? rise : fall)) return;
      contrary = 0;
      const target = `tcp://${host}:${port}`;
      const detail = `the health check of Service ${key} fails on this node (${target}: ${failure}): see what serves there`;
      checked.bar = failure === undefined ? undefined : barOf(detail);
      this.#onChange();
    };
    const attempt = () => void this.#attempt(host, port, timeout).then(take);
    attempt();
    return () => {
      isStopped = true;
      cancel();
    };
  }
}

function barOf(detail: string): Bar {
  return { reason: 'NoLocalEndpoint', detail };
}
