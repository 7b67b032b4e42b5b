/** Time as the controller sees it, so that tests can turn it by hand. */
export interface Clock {
  /** Milliseconds since some moment in the past; never jumps. */
  monotonic(): number;
  /** Calls back once, `delay` milliseconds from now or later. Returns a function that prevents it. */
  after(delay: number, callback: () => void): () => void;
}

/** The clock of this machine. */
export const systemClock: Clock = {
  monotonic: () => performance.now(),
  after(delay, callback) {
    const timer = setTimeout(callback, Math.max(0, delay));
    return () => clearTimeout(timer);
  },
};
