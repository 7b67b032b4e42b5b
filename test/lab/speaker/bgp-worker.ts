import { join } from 'node:path';
import { parsePrefix } from '../../../src/ip/prefix.ts';
import type { AssignedPeer, SessionReport } from '../../../src/speaker/wire/bgp-messages.ts';
import type { FromWire, StopReason } from '../../../src/speaker/wire/messages.ts';
import { eventually } from '../eventually.ts';
import type { Member } from '../network.ts';
import { LineProcess } from './line-process.ts';

type Attributes = Readonly<Record<string, unknown>>;

/** A peer as the speaker would hand it to its worker. */
export function assignedPeer(more: Partial<AssignedPeer> = {}): AssignedPeer {
  return {
    peer: 'tor',
    address: '192.0.2.1',
    port: 179,
    localAs: 64512,
    peerAs: 64513,
    bgpIdentifier: 0xc000020b,
    holdTime: 90,
    connectRetryTime: 1,
    passive: false,
    families: ['IPv4'],
    extendedNextHop: false,
    multihop: false,
    ...more,
  };
}

/** The wire worker on a machine, as far as BGP goes. */
export class BgpWorker {
  readonly process: LineProcess;

  private constructor(process: LineProcess) {
    this.process = process;
  }

  static async start(member: Member, folder: string): Promise<BgpWorker> {
    const worker = new BgpWorker(new LineProcess(member, join(folder, 'wire-host.js')));
    await eventually('the worker runs', async () => worker.process.lines[0]);
    worker.#write({ type: 'begin', node: 'n1', held: [] });
    // As the speaker's main thread does: without a word for 10 s the worker would end.
    const living = setInterval(() => {
      if (worker.process.exited) clearInterval(living);
      else worker.#write({ type: 'alive' });
    }, 1000);
    living.unref();
    return worker;
  }

  /** Makes these the peers. */
  async assign(member: Member, ...peers: readonly AssignedPeer[]): Promise<void> {
    const links = JSON.parse(await member.run('ip', '-j', 'address')) as {
      ifname: string;
      ifindex: number;
      address?: string;
      operstate: string;
      addr_info: { local: string; prefixlen: number }[];
    }[];
    const interfaces = links.map(({ ifname, ifindex, address = '', operstate, addr_info }) => ({
      name: ifname,
      index: ifindex,
      mac: address,
      up: operstate === 'UP',
      vrf: peers.some(({ vrf }) => vrf?.name === ifname) ? ifname : undefined,
      addresses: addr_info.map(({ local, prefixlen }) => `${local}/${prefixlen}`),
    }));
    this.#write({ type: 'sessions', peers, interfaces });
  }

  /** Tells a peer all there is: prefixes as text with their attributes. */
  advertise(routes: Readonly<Record<string, Attributes>>, peer = 'tor'): void {
    this.#write({ type: 'routes', peer, complete: true, routes: pairs(routes) });
  }

  /** Tells a peer what has changed; null withdraws. */
  change(routes: Readonly<Record<string, Attributes | null>>, peer = 'tor'): void {
    this.#write({ type: 'routes', peer, complete: false, routes: pairs(routes) });
  }

  stop(reason: StopReason): void {
    this.#write({ type: 'stop', reason });
  }

  /** What it last said of its sessions. */
  session(peer = 'tor'): SessionReport | undefined {
    const messages = this.process.lines.map((line) => JSON.parse(line) as FromWire);
    const last = messages.findLast((message) => message.type === 'sessions');
    return last?.sessions.find((session) => session.peer === peer);
  }

  /** Waits until what it says of a session is as wanted. */
  until(what: string, wanted: (session: SessionReport) => boolean, timeoutMs = 15_000): Promise<SessionReport> {
    const probe = async () => {
      const session = this.session();
      return session !== undefined && wanted(session) ? session : undefined;
    };
    return eventually(what, probe, { timeoutMs, intervalMs: 5 }).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${JSON.stringify(this.session())}, ${this.process.lines.slice(-4)}`);
    });
  }

  established(timeoutMs?: number): Promise<SessionReport> {
    return this.until('the session is Established', ({ state }) => state === 'Established', timeoutMs);
  }

  #write(message: object): void {
    this.process.write(JSON.stringify(message, bigintsAsText));
  }
}

function pairs(routes: Readonly<Record<string, Attributes | null>>): readonly unknown[] {
  return Object.entries(routes).map(([text, attributes]) => [parsePrefix(text), attributes]);
}

/** JSON has no bigint: the host on the other side turns these back. */
function bigintsAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}
