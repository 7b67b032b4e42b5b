import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import type { SpeakerReport, SpeakerStatus } from '../../src/api/speaker-status.ts';
import type { LogFields, Logger } from '../../src/log/logger.ts';
import type { NetworkInterface } from '../../src/os/interfaces.ts';
import { startSpeaker } from '../../src/speaker/node-speaker.ts';
import type { Speaker, SpeakerOptions } from '../../src/speaker/speaker.ts';
import type { StopReason } from '../../src/speaker/wire/messages.ts';
import type { WirePorts } from '../../src/speaker/wire/ports.ts';
import { WireSession } from '../../src/speaker/wire/session.ts';
import type { StartWireThread } from '../../src/speaker/wire-thread/control.ts';
import { type ManualClock, settle } from './manual-clock.ts';
import type { MemoryDatagrams } from './memory-datagrams.ts';
import type { MemorySegment } from './memory-segment.ts';
import { type MemoryObjects, MemoryStore } from './memory-store.ts';
import { NO_TCP } from './memory-tcp.ts';

let lives = 0;

/** One node of a test: a whole speaker, with its wire on a segment in memory and everything on one manual clock. */
export class MemoryNode {
  readonly store: MemoryStore;
  readonly registry = new Registry();
  /** Every line at level warn or error. */
  readonly complaints: string[] = [];
  readonly loopback = new Set<string>();
  readonly sysctl = new Map([
    ['net/ipv4/conf/all/arp_ignore', '0'],
    ['net/ipv4/conf/all/arp_announce', '0'],
  ]);
  readonly mac: string;
  /** What its wire has of TCP. */
  tcp: Pick<WirePorts, 'connectTcp' | 'listenTcp' | 'tcpDrops'> = NO_TCP;
  #interfaces: readonly NetworkInterface[];
  #onInterfaces: (interfaces: readonly NetworkInterface[]) => void = () => {};
  #speaker: Speaker | undefined;
  #killWire: () => void = () => {};
  #drawn: number;
  #isDead = false;
  /** Calls nobody back who is dead. */
  readonly #ownClock = {
    monotonic: () => this.clock.monotonic(),
    wall: () => this.clock.wall(),
    after: (delay: number, callback: () => void) => this.clock.after(delay, () => !this.#isDead && callback()),
    nextTurn: (callback: () => void) => this.clock.nextTurn(() => !this.#isDead && callback()),
    turn: () => this.clock.advance(10),
  };
  readonly #host: readonly string[];

  constructor(
    readonly name: string,
    readonly number: number,
    readonly objects: MemoryObjects,
    readonly segment: MemorySegment,
    readonly datagrams: MemoryDatagrams,
    readonly clock: ManualClock,
    /** Where speakers keep what their next life should know. */
    readonly runDirectory: string,
  ) {
    this.store = new MemoryStore(objects);
    this.mac = macOf(number);
    this.#interfaces = [this.eth0()];
    this.#host = [`192.0.2.${number}`, `2001:db8::${number}`, `192.0.2.${number + 10}`];
    // Each life of a speaker draws other numbers.
    this.#drawn = (number + ++lives / 7) / 100;
  }

  eth0(more: Partial<NetworkInterface> = {}): NetworkInterface {
    return {
      name: 'eth0',
      index: 2,
      mac: this.mac,
      up: true,
      loopback: false,
      noArp: false,
      master: false,
      addresses: [`192.0.2.${this.number}/24`],
      gateways: ['192.0.2.1'],
      ...more,
    };
  }

  /** Another interface on the same segment. */
  eth1(more: Partial<NetworkInterface> = {}): NetworkInterface {
    const number = this.number + 10;
    return this.eth0({ name: 'eth1', index: 3, mac: macOf(number), addresses: [`192.0.2.${number}/24`], ...more });
  }

  async start({
    loopback = false,
    isCluster = false,
    ...more
  }: Pick<
    Partial<SpeakerOptions>,
    'loopback' | 'isCluster' | 'peersFromNodes' | 'attempt' | 'askStatus' | 'rejectUnserved' | 'rejectedPrefixes'
  > = {}): Promise<Speaker> {
    this.#speaker = await startSpeaker({
      store: this.store,
      nodeName: this.name,
      logger: this.#logger(),
      registry: this.registry,
      loopback,
      isCluster,
      askStatus: async () => undefined,
      timeExceeded: () => 0,
      ...more,
      runDirectory: this.runDirectory,
      clock: this.#ownClock,
      startWire: this.#startWire,
      interfaces: async (onChange) => {
        this.#onInterfaces = onChange;
        return { current: () => this.#interfaces, stop: () => {} };
      },
      sysctl: {
        read: (path) => this.sysctl.get(path) ?? '',
        write: (path, value) => void this.sysctl.set(path, value),
      },
    });
    return this.#speaker;
  }

  get ready(): boolean {
    return this.#speaker?.ready() ?? false;
  }

  /** Stops the speaker, and turns the clock until it has. */
  async stop(reason: StopReason = 'Leave'): Promise<void> {
    if (this.#isDead) return;
    let isStopped = false;
    void this.#speaker?.stop(reason).then(() => {
      isStopped = true;
    });
    while (!isStopped && this.#speaker !== undefined) {
      await settle();
      // What it writes to files takes real time.
      await new Promise((resolve) => setImmediate(resolve));
      if (!isStopped) this.#ownClock.turn();
    }
    this.#speaker = undefined;
  }

  /** The whole process is gone at once, as by SIGKILL: nothing of it is on the wire, or runs, any more. */
  kill(): void {
    this.#isDead = true;
    this.#killWire();
  }

  /** The worker ends as if it had crashed. */
  killWire(): void {
    this.#killWire();
  }

  setInterfaces(interfaces: readonly NetworkInterface[]): void {
    this.#interfaces = interfaces;
    this.#onInterfaces(interfaces);
  }

  /** The status that stands in the store. */
  report(): SpeakerReport | undefined {
    return (this.objects.find('SpeakerStatus', { name: this.name }) as SpeakerStatus | undefined)?.status;
  }

  /** The addresses that the status in the store says the node owns. */
  owned(): readonly string[] {
    return this.inRole('Owner');
  }

  /** The addresses that the status in the store says the node has this role for. */
  inRole(wanted: 'Owner' | 'Standby' | 'Caretaker'): readonly string[] {
    return (this.report()?.l2 ?? []).filter(({ role }) => role === wanted).map(({ address }) => address);
  }

  /** What is written down for the next life. */
  noted(): string {
    return readFileSync(join(this.runDirectory, `held-${this.name}.json`), 'utf8');
  }

  /** The sum of a metric over its labels; undefined where it has none yet. */
  async metric(name: string): Promise<number | undefined> {
    const values = (await this.registry.getSingleMetric(name)?.get())?.values;
    return values?.reduce((sum, { value }) => sum + value, 0);
  }

  readonly #startWire: StartWireThread = ({ onMessage, onEnd }) => {
    let ended = false;
    const sockets = new Set<{ close(): void }>();
    const end = (reason: string) => {
      if (ended) return;
      ended = true;
      for (const socket of sockets) socket.close();
      onEnd(reason);
    };
    const session = new WireSession(
      {
        clock: this.#ownClock,
        random: () => {
          this.#drawn = (this.#drawn + 0.37) % 1;
          return this.#drawn;
        },
        ...this.tcp,
        openUdpSocket: (options) => {
          const socket = this.datagrams.open(this.#host, options, 'segment');
          sockets.add(socket);
          return { ...socket, send: (...sent) => void (!ended && socket.send(...sent)) };
        },
        openGroups: () => ({ join: () => {}, leave: () => {}, close: () => {} }),
        openListener: () => ({ send: () => {}, close: () => {} }),
        openSocket: (family, _index, listener) => {
          const socket = this.segment.open(this.name, listener, family);
          sockets.add(socket);
          return { send: (frame) => !ended && socket.send(frame), close: () => socket.close() };
        },
        openRouterSocket: (_index, listener) => {
          const socket = this.segment.open(this.name, listener, 'RouterDiscovery');
          sockets.add(socket);
          return { send: (frame) => !ended && socket.send(frame), close: () => socket.close() };
        },
        putLoopbackAddress: (address) => void this.loopback.add(address),
        removeLoopbackAddress: (address) => void this.loopback.delete(address),
        send: (message) => queueMicrotask(() => !ended && onMessage(structuredClone(message))),
      },
      () => queueMicrotask(() => end('exit code 0')),
    );
    this.#killWire = () => end('crashed');
    return {
      post: (message) => queueMicrotask(() => !ended && session.receive(structuredClone(message))),
      terminate: () => end('terminated'),
    };
  };

  #logger(): Logger {
    const complain = (message: string, fields?: LogFields) => {
      this.complaints.push(`${message} ${JSON.stringify(fields ?? {})}`);
    };
    const logger: Logger = { error: complain, warn: complain, info: () => {}, debug: () => {}, with: () => logger };
    return logger;
  }
}

function macOf(number: number): string {
  return `02:00:00:00:00:${String(number).padStart(2, '0')}`;
}
