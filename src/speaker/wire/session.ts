import { every } from './clock.ts';
import type { StopReason, ToWire } from './messages.ts';
import type { WirePorts } from './ports.ts';
import { TICK, Wire } from './wire.ts';

/** Milliseconds without a sign of life from the main thread after which the worker hands over and ends. */
export const MAIN_SILENCE = 10_000;

/** Carries out what the main thread says, for as long as the main thread lives. */
export class WireSession {
  readonly #ports: WirePorts;
  readonly #end: () => void;
  readonly #cancelWatch: () => void;
  #wire: Wire | undefined;
  #heardAt: number;
  #watchedAt: number;

  /** @param end ends the thread; called once everything is closed and said. */
  constructor(ports: WirePorts, end: () => void) {
    this.#ports = ports;
    this.#end = end;
    this.#heardAt = ports.clock.monotonic();
    this.#watchedAt = this.#heardAt;
    this.#cancelWatch = every(ports.clock, TICK, () => this.#watchMain());
    ports.send({ type: 'ready' });
  }

  receive(message: ToWire): void {
    this.#heardAt = this.#ports.clock.monotonic();
    if (message.type === 'begin') this.#wire ??= new Wire(this.#ports, message);
    else if (message.type === 'assign') this.#wire?.assign(message);
    else if (message.type === 'amend') this.#wire?.amend(message);
    else if (message.type === 'sessions') this.#wire?.bgp.assign(message);
    else if (message.type === 'routes') this.#wire?.bgp.tell(message);
    else if (message.type === 'stop') this.#stop(message.reason);
  }

  #watchMain(): void {
    const now = this.#ports.clock.monotonic();
    // Where this thread did not run either, what the main thread said may still wait.
    if (now - this.#watchedAt > 2 * TICK) this.#heardAt = now;
    this.#watchedAt = now;
    const silence = now - this.#heardAt;
    if (silence <= MAIN_SILENCE) return;
    this.#ports.send({ type: 'fault', message: `the main thread has not run for ${Math.round(silence)} ms` });
    this.#stop('Leave');
  }

  #stop(reason: StopReason): void {
    this.#cancelWatch();
    if (this.#wire === undefined) this.#stopped(false);
    else this.#wire.stop(reason, (isCaredFor) => this.#stopped(isCaredFor));
  }

  #stopped(isCaredFor: boolean): void {
    this.#ports.send({ type: 'stopped', isCaredFor });
    this.#end();
  }
}
