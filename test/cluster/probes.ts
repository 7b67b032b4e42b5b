import { setTimeout as pause } from 'node:timers/promises';

/** A probe of a container; absent numbers have the defaults of Kubernetes. */
export interface HttpProbe {
  /** Absent in a probe of another kind. */
  readonly httpGet?: {
    readonly path?: string;
    /** A number, or the name of a port of the container. */
    readonly port: number | string;
    readonly host?: string;
    readonly scheme?: 'HTTP' | 'HTTPS';
  };
  readonly initialDelaySeconds?: number;
  readonly periodSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly successThreshold?: number;
  readonly failureThreshold?: number;
}

/** The probes of a container. */
export interface Probes {
  readonly startupProbe?: HttpProbe;
  readonly readinessProbe?: HttpProbe;
  readonly livenessProbe?: HttpProbe;
}

/** What becomes of the answers. */
export interface ProbeListener {
  /** Called after each readiness probe, and once where there is none. */
  onReady(isReady: boolean): void;
  /** The container has to be started anew. Called once. */
  onFailed(kind: 'startupProbe' | 'livenessProbe'): void;
}

/** While a container is not ready, kubelets ask sooner than its period says. Milliseconds. */
const NOT_READY_PERIOD_MS = 200;

/** Asks one life of a container by its probes, as a kubelet does: the startup probe first, then both others. */
export class Prober {
  readonly #stopped = new AbortController();

  /** @param ask one question; false where no answer, or one that is no success, comes in the time of the probe */
  constructor(
    readonly probes: Probes,
    readonly ask: (probe: HttpProbe) => Promise<boolean>,
    readonly listener: ProbeListener,
  ) {
    this.#run().catch((error: unknown) => {
      if (!this.#stopped.signal.aborted) throw error;
    });
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #run(): Promise<void> {
    const { startupProbe, readinessProbe, livenessProbe } = this.probes;
    if (startupProbe !== undefined && !(await this.#hasStarted(startupProbe))) {
      this.listener.onFailed('startupProbe');
      return;
    }
    if (readinessProbe === undefined) this.listener.onReady(true);
    await Promise.all([
      readinessProbe && this.#watchReadiness(readinessProbe),
      livenessProbe && this.#watchLiveness(livenessProbe),
    ]);
  }

  async #hasStarted(probe: HttpProbe): Promise<boolean> {
    for await (const fine of this.#verdicts(probe, undefined)) {
      if (fine !== undefined) return fine;
    }
    return false;
  }

  async #watchReadiness(probe: HttpProbe): Promise<void> {
    for await (const fine of this.#verdicts(probe, false, NOT_READY_PERIOD_MS)) this.listener.onReady(fine === true);
  }

  async #watchLiveness(probe: HttpProbe): Promise<void> {
    for await (const fine of this.#verdicts(probe, true)) {
      if (fine !== true) break;
    }
    this.listener.onFailed('livenessProbe');
  }

  /** What holds after each question: it changes by as many equal answers in a row as the thresholds say. Never ends. */
  async *#verdicts(probe: HttpProbe, initial: boolean | undefined, failingPeriodMs?: number) {
    const { initialDelaySeconds = 0, periodSeconds = 10, successThreshold = 1, failureThreshold = 3 } = probe;
    const { signal } = this.#stopped;
    let verdict = initial;
    let [last, inARow] = [false, 0];
    await pause(initialDelaySeconds * 1000, undefined, { signal });
    for (;;) {
      const answer = await this.ask(probe);
      signal.throwIfAborted();
      inARow = answer === last ? inARow + 1 : 1;
      last = answer;
      if (inARow >= (answer ? successThreshold : failureThreshold)) verdict = answer;
      yield verdict;
      const periodMs = verdict === true ? undefined : failingPeriodMs;
      await pause(periodMs ?? periodSeconds * 1000, undefined, { signal });
    }
  }
}
