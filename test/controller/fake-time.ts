import { vi } from 'vitest';

/** Runs a test on timers of its own, and gives the real ones back whatever becomes of it. */
export async function inFakeTime(test: () => Promise<void>): Promise<void> {
  vi.useFakeTimers();
  try {
    await test();
  } finally {
    vi.useRealTimers();
  }
}
