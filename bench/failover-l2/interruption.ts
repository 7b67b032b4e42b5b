/** Whoever asked for the end of the bench wants what has been seen so far. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted');
  }
}

let isInterrupted = false;
const rejected = new Promise<never>((_, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      isInterrupted = true;
      reject(new Interrupted());
    });
  }
});
rejected.catch(() => {});

/** Whether SIGINT or SIGTERM has come: all that goes on is to end. */
export function hasEnded(): boolean {
  return isInterrupted;
}

/** Waits for what is being done, or until the bench is to end. @throws Interrupted */
export function unlessInterrupted<T>(doing: Promise<T>): Promise<T> {
  return Promise.race([doing, rejected]);
}
