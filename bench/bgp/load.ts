import type { Member } from '../../test/lab/network.ts';
import { usageOf } from '../converge/usage.ts';
import { prefixText } from './prefixes.ts';
import { processorTime } from './processor-time.ts';
import { Receiver, wallClock } from './receiver.ts';
import type { Sender } from './sender.ts';

/** How one sender got along once. */
export interface Load {
  /** From Established to the receiver having all, ms. */
  readonly load: number;
  /** From the command that takes all back to the receiver having none, ms; none where that was left out. */
  readonly withdraws: readonly number[];
  /** From each command that adds one prefix to the receiver having it, ms. */
  readonly changes: readonly number[];
  /** Processor time of all processes of the sender, from just before the session to the last route, ms. */
  readonly cpu: number;
  /** Resident memory of them when the receiver has all, MiB. */
  readonly rss: number;
}

const CHANGES = 5;

export interface LoadPlaces {
  readonly sender: Member;
  readonly receiver: Member;
  /** A fresh folder. */
  readonly folder: string;
}

/** Lets a sender with so many routes meet a receiver with none. @param loadOnly leaves changes and withdrawal out */
export async function measureLoad(
  sender: Sender,
  { sender: member, receiver, folder }: LoadPlaces,
  count: number,
  loadOnly: boolean,
) {
  try {
    const running = await sender.start({ member, folder }, count);
    const bird = await Receiver.start(receiver, folder);
    const now = wallClock();
    const pids = await member.pids();
    const before = await processorTime(pids);
    await bird.enable();
    const loadedAt = await bird.has(count, now);
    const cpu = (await processorTime(pids)) - before;
    const load = loadedAt - (await bird.establishedAt());
    const usages = await Promise.all(pids.map(usageOf));
    const rss = usages.reduce((sum, usage) => sum + usage.rss, 0);
    if (loadOnly) return { load, withdraws: [], changes: [], cpu, rss } satisfies Load;
    const changes: number[] = [];
    for (let change = 0; change < CHANGES; change++) {
      const begun = now();
      const added = running.add(prefixText(count + change));
      changes.push((await bird.has(count + change + 1, now)) - begun);
      await added;
    }
    const begun = now();
    const withdrawn = running.withdrawAll();
    const withdraw = (await bird.has(0, now)) - begun;
    await withdrawn;
    bird.close();
    return { load, withdraws: [withdraw], changes, cpu, rss } satisfies Load;
  } finally {
    await member.killAll();
    await receiver.killAll();
  }
}
