import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { PoolOptions, PoolRunnerInitializer, PoolWorker } from 'vitest/node';

/** Milliseconds in which a process that is told to end does so. */
const PATIENCE_MS = 5_000;

/**
 * A pool for vitest in which each file of tests has a process in namespaces of its own, made by `test/lab/enter`: so several
 * files run beside each other, and each finds an empty network.
 */
export const inNamespaces: PoolRunnerInitializer = {
  name: 'namespaces',
  createPoolWorker: (options) => new NamespacesWorker(options),
};

class NamespacesWorker implements PoolWorker {
  readonly name = inNamespaces.name;
  /** Modules come by messages: folders for temporary files are others inside. */
  readonly cacheFs = false;
  #child: ChildProcess | undefined;

  constructor(private readonly options: PoolOptions) {}

  async start(): Promise<void> {
    const { distPath, env, execArgv, project } = this.options;
    const child = fork(resolve(distPath, 'workers/forks.js'), [], {
      execPath: resolve('test/lab/enter'),
      execArgv: [process.execPath, ...execArgv],
      env: { ...env },
      // `enter` uses the descriptor 3 itself.
      stdio: ['ignore', 'pipe', 'pipe', 'ignore', 'ipc'],
      serialization: 'advanced',
    });
    const { outputStream, errorStream } = project.vitest.logger;
    child.stdout?.on('data', (chunk) => outputStream.write(chunk));
    child.stderr?.on('data', (chunk) => errorStream.write(chunk));
    this.#child = child;
  }

  async stop(): Promise<void> {
    const child = this.#running;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    child.kill();
    await ended;
    clearTimeout(timer);
  }

  send(message: Parameters<PoolWorker['send']>[0]): void {
    this.#running.send(message);
  }

  on(event: string, listener: (...args: unknown[]) => void): void {
    this.#running.on(event, listener);
  }

  off(event: string, listener: (...args: unknown[]) => void): void {
    this.#running.off(event, listener);
  }

  deserialize(data: unknown): unknown {
    return data;
  }

  get #running(): ChildProcess {
    if (this.#child === undefined) throw new Error('a process of the tests is used before it was started');
    return this.#child;
  }
}
