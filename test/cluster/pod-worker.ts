import { setTimeout as pause } from 'node:timers/promises';
import { Pod, type PodSpec } from './pod.ts';
import { type HttpProbe, Prober, type Probes } from './probes.ts';

/** How one life of a pod's program ended. */
export interface ProgramExit {
  /** By namespace and name. */
  readonly pod: string;
  /** The pod was deleted, a probe had failed too often, or nobody had asked for it. */
  readonly why: 'Deleted' | 'ProbeFailed' | 'Unasked';
  /** The exit status, or the signal that ended it: SIGKILL where it outlived its grace period. */
  readonly ending: number | NodeJS.Signals;
  /** From SIGTERM to its end, in milliseconds. */
  readonly tookMs: number;
}

/** What there is to run, and how to look after it. */
export interface PodTask extends PodSpec {
  readonly probes: Probes;
  /** Between SIGTERM and SIGKILL, where the deletion says nothing else. Milliseconds. */
  readonly graceMs: number;
  onExit(exit: ProgramExit): void;
  onFault(error: unknown): void;
}

/** Before the second new start and later ones; twice as long each time. Milliseconds, as in kubelets. */
const BACKOFF = { firstMs: 10_000, mostMs: 300_000 };

/** Looks after one pod as a kubelet does: probes it, starts it anew where it has ended or fails, and ends it in time. */
export class PodWorker {
  readonly #disposed = new AbortController();
  #restarts = 0;
  #isReady = false;
  /** What the Pod object says, as far as it is known. */
  #reported: string | undefined;
  #prober: Prober | undefined;
  /** Why the program is being ended, if it is. */
  #ending: 'Deleted' | 'ProbeFailed' | undefined;
  #asked = 0;

  private constructor(
    readonly task: PodTask,
    readonly pod: Pod,
  ) {}

  static async start(task: PodTask): Promise<PodWorker> {
    const pod = await Pod.start(task);
    const worker = new PodWorker(task, pod);
    try {
      // What says nothing of when it is ready is ready once it listens.
      worker.#isReady = task.probes.readinessProbe === undefined && task.probes.startupProbe === undefined;
      if (worker.#isReady) await pod.serves();
      await pod.report({ isReady: worker.#isReady, restarts: 0 });
    } catch (error) {
      await worker.dispose();
      throw error;
    }
    worker.#live().catch((error: unknown) => {
      if (!worker.#disposed.signal.aborted) task.onFault(error);
    });
    return worker;
  }

  /** Ends the pod as its deletion asks: by SIGTERM, and by SIGKILL after so many milliseconds. */
  async terminate(graceMs: number): Promise<void> {
    await this.#end('Deleted', graceMs);
    await this.dispose();
  }

  /** Ends the pod at once. */
  async dispose(): Promise<void> {
    this.#disposed.abort();
    this.#prober?.stop();
    await this.pod.dispose();
  }

  async #live(): Promise<void> {
    const { signal } = this.#disposed;
    for (;;) {
      this.#prober = new Prober(this.task.probes, (probe) => this.#ask(probe), {
        onReady: (isReady) => {
          this.#isReady = isReady;
          this.#report();
        },
        onFailed: () => this.#end('ProbeFailed', this.task.graceMs),
      });
      this.#report();
      await this.pod.program.ended();
      this.#prober.stop();
      this.#isReady = false;
      if (this.#ending === undefined && signal.aborted) return;
      this.#noteExit();
      if (this.#ending === 'Deleted') return;
      this.#ending = undefined;
      this.#report();
      if (this.#restarts > 0) await pause(this.#backoff(), undefined, { signal });
      this.#restarts++;
      this.pod.program.start();
    }
  }

  #backoff(): number {
    return Math.min(BACKOFF.firstMs * 2 ** (this.#restarts - 1), BACKOFF.mostMs);
  }

  async #end(why: 'Deleted' | 'ProbeFailed', graceMs: number): Promise<void> {
    this.#ending = why;
    this.#asked = performance.now();
    const { program } = this.pod;
    const inTime = new AbortController();
    const late = pause(graceMs, true, { signal: inTime.signal }).catch(() => false);
    const gone = program.stop('SIGTERM').then(() => inTime.abort());
    if (await late) await program.stop('SIGKILL');
    await gone;
  }

  #noteExit(): void {
    const { ending = 'SIGKILL' } = this.pod.program;
    const { namespace, name } = this.task;
    const tookMs = this.#ending === undefined ? 0 : performance.now() - this.#asked;
    this.task.onExit({ pod: `${namespace}/${name}`, why: this.#ending ?? 'Unasked', ending, tookMs });
  }

  #report(): void {
    const state = { isReady: this.#isReady && this.pod.program.running, restarts: this.#restarts };
    const text = JSON.stringify([state, this.pod.program.running]);
    if (this.#ending === 'Deleted' || text === this.#reported) return;
    this.#reported = text;
    this.pod.report(state).catch((error: unknown) => {
      this.#reported = undefined;
      this.task.onFault(error);
    });
  }

  /** Asks from the node, as its kubelet does. */
  async #ask({ httpGet, timeoutSeconds = 1 }: HttpProbe): Promise<boolean> {
    if (httpGet === undefined) throw new Error(`${this.task.name}: no probes but those by HTTP are known here`);
    const { path = '/', port, host = this.pod.addresses.IPv4, scheme = 'HTTP' } = httpGet;
    const number = this.task.ports.find(({ name }) => name === port)?.containerPort ?? port;
    const url = `${scheme.toLowerCase()}://${host}:${number}${path}`;
    const args = ['-gsk', '-o', '/dev/null', '-w', '%{http_code}', '--max-time', `${timeoutSeconds}`, url];
    const { stdout } = await this.pod.node.machine.try('curl', ...args);
    return Number(stdout) >= 200 && Number(stdout) < 400;
  }
}
