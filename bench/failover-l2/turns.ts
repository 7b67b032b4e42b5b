import { summarise } from '../measure.ts';
import type { Lab } from './lab.ts';
import type { BenchNode } from './node.ts';
import type { Probed } from './probing.ts';

/** A trial from whose machine the host took more than this, in percent, shows the host: nodes stand still that live. */
const MOST_STOLEN = 10;

/** Trials on one node after another, so that what each lost is with the next when its turn comes. */
export class Turns {
  /** How many did not come to their end. */
  abandoned = 0;
  /** What those showed that the host disturbed. Each is run again, as often as there are trials at most. */
  readonly disturbed: Probed[] = [];
  #turn = 0;

  constructor(
    private readonly lab: Lab,
    private readonly n: number,
    /** Names of trials; all when empty. */
    private readonly only: readonly string[],
  ) {}

  /** Runs a trial so many times, and tells how it goes. @param seen what those showed that came to their end */
  async run<T extends Probed>(
    name: string,
    count: number,
    seen: T[],
    trial: (victim: BenchNode) => Promise<T>,
  ): Promise<void> {
    if (this.only.length > 0 && !this.only.includes(name)) return;
    const most = this.disturbed.length + count;
    for (let index = 0; index < count; ) {
      const began = performance.now();
      const result = await trial(this.#next()).catch((error: Error) => error);
      const head = `${name} n=${this.n} ${index + 1}/${count} (${((performance.now() - began) / 1000).toFixed(0)} s)`;
      if (result instanceof Error) await this.#abandon(head, result);
      else if (result.stolen > MOST_STOLEN) {
        this.disturbed.push(result);
        console.error(`${head}: not counted, the host took ${result.stolen.toFixed(0)} %: ${told(result)}`);
        if (this.disturbed.length <= most) continue;
      } else {
        seen.push(result);
        console.error(`${head}: ${told(result)}; so far ${toldOfAll(seen)}`);
      }
      index++;
    }
  }

  #next(): BenchNode {
    const { nodes } = this.lab;
    const victim = nodes[this.#turn++ % nodes.length];
    if (victim === undefined) throw new RangeError('bench: there is no node');
    return victim;
  }

  async #abandon(head: string, { message }: Error): Promise<void> {
    this.abandoned++;
    console.error(`${head}: abandoned: ${message}`);
    await this.lab.restore().catch((error: Error) => console.error(`${head}: not restored: ${error.message}`));
  }
}

function told({ lostTimes, lost, broken }: Probed): string {
  return `${Math.max(...lostTimes).toFixed(1)} ms, ${lost} packets, ${broken} flows`;
}

function toldOfAll(seen: readonly Probed[]): string {
  const times = seen.flatMap(({ lostTimes }) => lostTimes);
  const { median, p99, max } = summarise('', 0, 'ms', times);
  return `median ${median?.toFixed(0)}, p99 ${p99?.toFixed(0)}, at most ${max?.toFixed(0)} ms`;
}
