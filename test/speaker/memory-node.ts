import { Registry } from 'prom-client';
import type { SpeakerReport, SpeakerStatus } from '../../src/api/speaker-status.ts';
import type { LogFields, Logger } from '../../src/log/logger.ts';
import type { NetworkInterface } from '../../src/os/interfaces.ts';
import type { ClusterSight } from '../../src/speaker/cluster-sight.ts';
import { type Speaker, startSpeaker } from '../../src/speaker/speaker.ts';
import type { StartWireThread } from '../../src/speaker/wire-control.ts';
import { WireSession } from '../../src/speaker/wire-session.ts';
import { type ManualClock, settle } from './manual-clock.ts';
import type { MemorySegment } from './memory-segment.ts';
import { type MemoryObjects, MemoryStore } from './memory-store.ts';

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
  #interfaces: readonly NetworkInterface[];
  #onInterfaces: (interfaces: readonly NetworkInterface[]) => void = () => {};
  #speaker: Speaker | undefined;
  #killWire: () => void = () => {};

  constructor(
    readonly name: string,
    readonly number: number,
    readonly objects: MemoryObjects,
    readonly segment: MemorySegment,
    readonly clock: ManualClock,
  ) {
    this.store = new MemoryStore(objects);
    this.mac = `02:00:00:00:00:${String(number).padStart(2, '0')}`;
    this.#interfaces = [this.eth0()];
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

  async start({ loopback = false, cluster }: { loopback?: boolean; cluster?: ClusterSight } = {}): Promise<Speaker> {
    this.#speaker = await startSpeaker({
      store: this.store,
      nodeName: this.name,
      logger: this.#logger(),
      registry: this.registry,
      loopback,
      cluster,
      clock: this.clock,
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

  async stop(): Promise<void> {
    const stopped = this.#speaker?.stop();
    await settle();
    await stopped;
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
    return (this.report()?.l2 ?? []).map(({ address }) => address);
  }

  /** The value of a metric; undefined where it has none yet. */
  async metric(name: string): Promise<number | undefined> {
    return (await this.registry.getSingleMetric(name)?.get())?.values[0]?.value;
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
        clock: this.clock,
        random: () => 0.5,
        openUdpSocket: () => ({ send: () => {}, drain: () => {}, close: () => {} }),
        openGroups: () => ({ join: () => {}, leave: () => {}, close: () => {} }),
        openSocket: (family, _index, listener) => {
          const socket = this.segment.open(this.name, listener, family);
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
