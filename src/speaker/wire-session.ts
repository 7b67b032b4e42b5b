import { every } from './clock.ts';
import { TICK, Wire } from './wire.ts';
import type { ToWire } from './wire-messages.ts';
import type { WirePorts } from './wire-ports.ts';

/** Milliseconds without a sign of life from the main thread after which the worker falls silent and ends. */
export const MAIN_SILENCE = 10_000;

/** Carries out what the main thread says, for as long as the main thread lives. */
export class WireSession {
  readonly #ports: WirePorts;
  readonly #wire: Wire;
  readonly #end: () => void;
  readonly #cancelWatch: () => void;
  #heardAt: number;

  /** @param end ends the thread; called once everything is closed and said. */
  constructor(ports: WirePorts, end: () => void) {
    this.#ports = ports;
    this.#wire = new Wire(ports);
    this.#end = end;
    this.#heardAt = ports.clock.monotonic();
    this.#cancelWatch = every(ports.clock, TICK, () => this.#watchMain());
    ports.send({ type: 'ready' });
  }

  receive(message: ToWire): void {
    this.#heardAt = this.#ports.clock.monotonic();
    if (message.type === 'assign') this.#wire.assign(message);
    else if (message.type === 'sessions') this.#wire.bgp.assign(message);
    else if (message.type === 'routes') this.#wire.bgp.tell(message);
    else if (message.type === 'stop') this.#stop();
  }

  #watchMain(): void {
    const silence = this.#ports.clock.monotonic() - this.#heardAt;
    if (silence <= MAIN_SILENCE) return;
    this.#ports.send({ type: 'fault', message: `the main thread has not run for ${Math.round(silence)} ms` });
    this.#stop();
  }

  #stop(): void {
    this.#cancelWatch();
    this.#wire.stop();
    this.#ports.send({ type: 'stopped' });
    this.#end();
  }
}
