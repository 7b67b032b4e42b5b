import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../test/lab/eventually.ts';
import type { Member } from '../../test/lab/network.ts';
import { BirdControl } from './bird-control.ts';

/** The ends of all sessions of the bench. */
export const RECEIVER = { address: '192.0.2.1', as: 65_001 };
export const SENDER = { address: '192.0.2.11', as: 65_002 };

/** Milliseconds between questions to the receiver: they cost it about 0.1 ms each. */
const PACE = 1;
/** After this the run has failed. */
const PATIENCE = 120_000;

const CONFIGURATION = (log: string): string => `
log "${log}" all;
timeformat log iso long us;
router id ${RECEIVER.address};
protocol device {}
protocol bgp p {
  disabled;
  debug { states, events };
  local as ${RECEIVER.as};
  neighbor ${SENDER.address} as ${SENDER.as};
  connect delay time 1; error wait time 1, 2;
  ipv4 { import all; export none; };
}
`;

/** A fresh BIRD that takes what the sender has to tell, and is the clock of the bench. */
export class Receiver {
  readonly #control: BirdControl;
  readonly #log: string;

  private constructor(control: BirdControl, log: string) {
    this.#control = control;
    this.#log = log;
  }

  static async start(member: Member, folder: string): Promise<Receiver> {
    const path = (name: string) => join(folder, `receiver.${name}`);
    await writeFile(path('conf'), CONFIGURATION(path('log')));
    await writeFile(path('log'), '');
    member.spawn('bird', ['-f', '-c', path('conf'), '-s', path('ctl')], { stdio: 'ignore' });
    const control = await eventually('the receiver answers', () => BirdControl.connect(path('ctl')));
    return new Receiver(control, path('log'));
  }

  /** Lets it connect. */
  async enable(): Promise<void> {
    await this.#control.ask('enable p');
  }

  /** When the session was Established, by the receiver's own log; on the clock of {@link wallClock}. */
  async establishedAt(): Promise<number> {
    const log = await readFile(this.#log, 'utf8');
    const time = /^(\S+ [\d:.]+) .*BGP session established/m.exec(log)?.[1];
    if (time === undefined) throw new Error('bench: the receiver tells of no session');
    const [whole = '', micros = '0'] = time.split('.');
    return Date.parse(`${whole.replace(' ', 'T')}`) + Number(micros) / 1000;
  }

  /** Waits until it has so many routes of the sender. Gives when it was seen to, on the clock given. */
  async has(count: number, now: () => number): Promise<number> {
    const begun = now();
    for (;;) {
      const imported = await this.imported();
      const at = now();
      if (imported === count) return at;
      if (at - begun > PATIENCE) throw new Error(`bench: the receiver has ${imported} of ${count} routes`);
      await sleep(PACE);
    }
  }

  /** How many routes of the sender it has. */
  async imported(): Promise<number> {
    const shown = await this.#control.ask('show protocols all p');
    return Number(/Routes: +(\d+) imported/.exec(shown)?.[1] ?? 0);
  }

  close(): void {
    this.#control.close();
  }
}

/** Milliseconds since 1970 with fractions, set by the clock that the receiver's log uses. */
export function wallClock(): () => number {
  const before = Date.now();
  let tick = before;
  while (tick === before) tick = Date.now();
  const offset = tick - performance.now();
  return () => offset + performance.now();
}
