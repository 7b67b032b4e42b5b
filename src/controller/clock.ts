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

let second = Number.NaN;
let text = '';

/** The time in RFC 3339, to the second, as Kubernetes writes it. Made into text once a second: that is not for nothing. */
export function now(): string {
  const current = Math.floor(Date.now() / 1000);
  if (current !== second) {
    second = current;
    text = `${new Date(current * 1000).toISOString().slice(0, 19)}Z`;
  }
  return text;
}
