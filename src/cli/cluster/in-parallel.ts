/** How much of a cluster is asked for at once. */
const AT_ONCE = 8;

/** Does the work for each item, for some of them at a time. Rejects with the first that does. */
export async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  const worker = async (): Promise<void> => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
