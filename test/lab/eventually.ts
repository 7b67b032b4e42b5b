/** Polls until the probe gives something but undefined. Rejects with the last error, or `what`, after the time. */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | undefined>,
  { timeoutMs = 10_000, intervalMs = 20 }: { timeoutMs?: number; intervalMs?: number } = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const late = performance.now() > deadline;
    try {
      const value = await probe();
      if (value !== undefined) return value;
    } catch (error) {
      if (late) throw error;
    }
    if (late) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
}
