import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Machine } from './machine.ts';

/** How a daemon is started. */
export interface DaemonSpec {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** Where its output is appended, over all its lives. */
  readonly logFile: string;
  readonly env: NodeJS.ProcessEnv;
  /** Where it runs; on the control plane's own machine when absent. */
  readonly machine?: Machine | undefined;
  readonly cwd?: string | undefined;
}

/** A long-running program of the cluster, which dies with this process at the latest. */
export class Daemon {
  #child: ChildProcess | undefined;

  constructor(readonly spec: DaemonSpec) {}

  /** Whether it was started and has not ended. A paused one is running. */
  get running(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** How its last life ended: the exit status, or the signal that ended it. Undefined while it runs, and before. */
  get ending(): number | NodeJS.Signals | undefined {
    return this.#child?.signalCode ?? this.#child?.exitCode ?? undefined;
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined || !this.running) throw new Error(`${this.spec.name} is not running`);
    return pid;
  }

  start(): void {
    if (this.running) throw new Error(`${this.spec.name} is running already`);
    const { command, logFile, machine, env, cwd } = this.spec;
    const log = openSync(logFile, 'a');
    // The kernel ends it with whoever started it, even where that was killed and could not clean up.
    const args = ['--pdeathsig', 'KILL', ...command];
    const options = { stdio: ['ignore', log, log] as ['ignore', number, number], env, cwd };
    this.#child = machine === undefined ? spawn('setpriv', args, options) : machine.spawn('setpriv', args, options);
    closeSync(log);
  }

  /** Sends a signal, such as `SIGSTOP`. */
  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  /** Ends it by a signal and waits until it is gone. Does nothing where it has ended. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child === undefined || !this.running) return;
    const ended = this.ended();
    child.kill(signal);
    await ended;
  }

  /** Waits until it has ended, of itself or by whomever. Does nothing where it does not run. */
  async ended(): Promise<void> {
    if (this.#child !== undefined && this.running) await once(this.#child, 'close');
  }

  /** Throws with the end of its log where it has ended. */
  async assertRunning(): Promise<void> {
    if (this.running) return;
    throw new Error(`${this.spec.name} has ended (${this.ending ?? 'not started'}):\n${await this.logTail()}`);
  }

  /** The last lines that it wrote. */
  async logTail(): Promise<string> {
    return (await this.log()).trimEnd().split('\n').slice(-15).join('\n');
  }

  async log(): Promise<string> {
    return await readFile(this.spec.logFile, 'utf8').catch(() => '');
  }
}
