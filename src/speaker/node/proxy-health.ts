import type { Bar } from '../../announcement/bar.ts';
import { type Clock, every } from '../wire/clock.ts';

/** Where kube-proxy says how it is (its `--healthz-bind-address`). */
export const PROXY_HEALTH = 'http://127.0.0.1:10256/healthz';
/** Milliseconds between looks, and for each. */
export const PROXY_INTERVAL = 2000;
const TIMEOUT = 1000;
/** So many answers in a row decide: one may be of a moment in which it starts. */
const FALL = 2;
const NOT_READY = 503;

const BAR: Bar = {
  reason: 'ProxyNotReady',
  detail: `kube-proxy of this node answers 503 at ${PROXY_HEALTH}: see its log`,
};

/**
 * Whether kube-proxy of this node says that it does not keep its rules up to date: traffic that comes here would go
 * astray. Where nothing listens there is another one, or none, and nothing is said.
 */
export class ProxyHealth {
  #failures = 0;
  #bar: Bar | undefined;
  readonly #cancel: () => void;

  /** @param ask gives the status code that the URL answers with; undefined for no answer */
  constructor(
    clock: Clock,
    ask: (url: string, timeout: number) => Promise<number | undefined>,
    private readonly onChange: () => void,
  ) {
    this.#cancel = every(clock, PROXY_INTERVAL, () => {
      void ask(PROXY_HEALTH, TIMEOUT).then((status) => this.#take(status));
    });
  }

  /** What keeps this node from announcing; undefined for nothing. */
  bar(): Bar | undefined {
    return this.#bar;
  }

  stop(): void {
    this.#cancel();
  }

  #take(status: number | undefined): void {
    this.#failures = status === NOT_READY ? this.#failures + 1 : 0;
    const bar = this.#failures >= FALL ? BAR : undefined;
    if (bar === this.#bar) return;
    this.#bar = bar;
    this.onChange();
  }
}
