/** Of a probe that takes long because it waits itself. */
const LONGEST_PAUSE_MS = 250;

/**
 * Polls until the probe gives something but undefined. Rejects with the last error, or `what`, after the time.
 *
 * Between two probes it waits `intervalMs`, or as long as the last one took: where that starts programs, they leave half of
 * the time to what is waited for.
 */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | undefined>,
  { timeoutMs = 10_000, intervalMs = 20 }: { timeoutMs?: number; intervalMs?: number } = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const began = performance.now();
    const late = began > deadline;
    try {
      const value = await probe();
      if (value !== undefined) return value;
    } catch (error) {
      if (late) throw error;
    }
    if (late) throw new Error(`${what}: not within ${timeoutMs} ms`);
    const pause = Math.max(intervalMs, Math.min(performance.now() - began, LONGEST_PAUSE_MS));
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
