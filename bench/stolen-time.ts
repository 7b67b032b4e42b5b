import { readFileSync } from 'node:fs';

/** How the processors' time went since the machine started, in clock ticks (proc(5), /proc/stat). */
export interface ProcessorTimes {
  readonly all: number;
  /** What the host of a virtual machine gave to others meanwhile, though there was something to do here. */
  readonly stolen: number;
}

/** Reads the first line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal; guests count in these already. */
export function processorTimes(text: string = readFileSync('/proc/stat', 'utf8')): ProcessorTimes {
  const [line = ''] = text.split('\n', 1);
  const ticks = line.split(/\s+/).slice(1, 9).map(Number);
  return { all: ticks.reduce((sum, each) => sum + each, 0), stolen: ticks[7] ?? 0 };
}

/** What share of the processors' time was stolen from one moment to a later one, in percent. */
export function stolenShare(before: ProcessorTimes, after: ProcessorTimes): number {
  const all = after.all - before.all;
  return all === 0 ? 0 : (100 * (after.stolen - before.stolen)) / all;
}
