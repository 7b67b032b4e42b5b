import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { ip, type Member } from '../../test/lab/network.ts';
import { runLast } from '../priority.ts';
import { SpeakerState } from './speaker-state.ts';
import { Station } from './station.ts';

/** How a node is lost. */
export type Crash = 'kill' | 'cut' | 'carrier';

/** What starts on every node. */
export interface NodePrograms {
  /** `dist/berth.js`. */
  readonly berth: string;
  readonly echo: string;
  /** The folder of objects that all nodes see. */
  readonly folder: string;
  readonly port: number;
}

/** The folder in which the logs of all speakers are kept; nowhere when undefined. */
const { LOGS } = process.env;
/** The other nodes. */
const PEERS = 2;

/** One node: its machine, its speaker, and what answers there. Whom its speaker watches is read from its log. */
export class BenchNode {
  readonly #state: SpeakerState;
  readonly #peersUp = new Set<string>();
  #speaker: ChildProcess | undefined;
  /** The last lines of its log. */
  readonly log: string[] = [];

  constructor(
    readonly number: number,
    readonly machine: Member,
    readonly programs: NodePrograms,
  ) {
    this.#state = new SpeakerState(programs.folder, this.name);
  }

  /** Addresses that it answers for as the owner, when {@link look} looked last. */
  get owned(): ReadonlySet<string> {
    return this.#state.owned;
  }

  /** Addresses that it answers for in another's name. */
  get caredFor(): ReadonlySet<string> {
    return this.#state.caredFor;
  }

  look(): void {
    this.#state.look();
  }

  get name(): string {
    return `n${this.number}`;
  }

  /** Whether it watches both others, by each family of these addresses: where there is none, nobody is watched. */
  watchesAll(addresses: readonly string[]): boolean {
    const watched = [...this.#peersUp];
    const families = new Set(addresses.map((address) => address.includes(':')));
    return [...families].every((isIPv6) => watched.filter((peer) => peer.includes(':') === isIPv6).length === PEERS);
  }

  async start(): Promise<void> {
    const { echo, port } = this.programs;
    await Station.start(this.machine, echo, `${port}`, `${this.number}`);
    this.startSpeaker();
  }

  startSpeaker(): void {
    const { berth, folder } = this.programs;
    const args = [berth, 'standalone', folder, '--shared', '--node', this.name];
    const child = this.machine.spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#speaker = child;
    if (child.stderr === null) throw new Error('bench: a speaker has no log');
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (this.#speaker === child) this.#note(line);
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.#speaker?.kill(signal);
  }

  /** Ends the speaker by a signal. What it owned when it was told so is forgotten when it has ended. */
  async endSpeaker(signal: NodeJS.Signals): Promise<void> {
    const child = this.#speaker;
    if (child === undefined) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
    this.#forget();
  }

  async crash(how: Crash): Promise<void> {
    if (how === 'carrier') await this.machine.setCable(false);
    else if (how === 'cut') await this.#unplug();
    else {
      const pids = await this.machine.pids();
      await this.#unplug();
      for (const pid of pids) runLast(pid);
      // All at once: it is the machine that is gone.
      for (const pid of pids) process.kill(pid, 'SIGKILL');
      this.#forget();
    }
  }

  /** Brings it back: a machine that was killed comes back as it boots, with nothing of its former life. */
  async heal(how: Crash): Promise<void> {
    if (how === 'carrier') await this.machine.setCable(true);
    if (how === 'kill') {
      await this.machine.killAll();
      await rm(`/run/berth/held-${this.name}.json`, { force: true });
      await ip('-n', this.name, 'address', 'flush', 'dev', 'lo', 'scope', 'global');
      await ip('-n', this.name, 'neigh', 'flush', 'all');
    }
    if (how !== 'carrier') await ip('link', 'set', this.machine.port, 'master', 'l2');
    if (how === 'kill') await this.start();
  }

  /** Brings it back from whatever state it is in, as it boots. */
  async restore(): Promise<void> {
    this.#forget();
    await this.machine.setCable(true);
    await this.heal('kill');
  }

  #unplug(): Promise<string> {
    return ip('link', 'set', this.machine.port, 'nomaster');
  }

  #forget(): void {
    this.#speaker = undefined;
    this.#state.forget();
    this.#peersUp.clear();
  }

  #note(line: string): void {
    if (LOGS !== undefined) appendFileSync(`${LOGS}/${this.name}.log`, `${line}\n`);
    this.log.push(line);
    if (this.log.length > 200) this.log.shift();
    const { msg, address, node } = JSON.parse(line) as Readonly<Record<'msg' | 'address' | 'node', string>>;
    if (msg === 'watching the speaker of a node') this.#peersUp.add(`${node} ${address}`);
    else if (msg === 'lost the speaker of a node') this.#peersUp.delete(`${node} ${address}`);
  }
}
