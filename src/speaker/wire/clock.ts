/** Time as the impure parts of the speaker see it, so that tests and simulations can turn it by hand. */
export interface Clock {
  /** Milliseconds since some moment in the past; never jumps. What intervals are measured by. */
  monotonic(): number;
  /** Milliseconds since 1970 UTC. For people to read, never for intervals and never compared between nodes. */
  wall(): number;
  /** Calls back once, `delay` milliseconds from now or later. Returns a function that prevents it. */
  after(delay: number, callback: () => void): () => void;
  /** Calls back once whatever has a timer that is due, or a socket that is ready, had its turn. */
  nextTurn(callback: () => void): void;
}

/** The clock of this machine. */
export const systemClock: Clock = {
  monotonic: () => performance.now(),
  wall: () => Date.now(),
  after(delay, callback) {
    const timer = setTimeout(callback, Math.max(0, delay));
    return () => clearTimeout(timer);
  },
  nextTurn(callback) {
    setImmediate(callback);
  },
};

/** Calls back every `interval` milliseconds until the returned function is called. */
export function every(clock: Clock, interval: number, callback: () => void): () => void {
  let cancel = clock.after(interval, tick);
  function tick(): void {
    cancel = clock.after(interval, tick);
    callback();
  }
  return () => cancel();
}
