import { setTimeout as pass } from 'node:timers/promises';
import { asked, now } from './asking.ts';
import type { Lab } from './lab.ts';
import type { BenchNode, Crash } from './node.ts';
import { type Probed, probed } from './probing.ts';

/** A way of losing a node. */
export const CRASHES: readonly Crash[] = ['kill', 'cut', 'carrier'];
/** Moves by choice. */
export const MOVES = ['drain', 'undrain', 'selectors', 'endpoint', 'leave'] as const;
export type Move = (typeof MOVES)[number];
/** What befalls a speaker whose node lives. */
export const SPEAKER_FAULTS = ['kill', 'freeze', 'restart'] as const;
export type SpeakerFault = (typeof SPEAKER_FAULTS)[number];

/** What one crash showed. */
export interface Crashed extends Probed {
  /** Of each address, from the heal until one answers, ms; empty where what comes back knows of nothing. */
  readonly heal: readonly number[];
}

/** What one fault of a speaker showed. */
export interface SpeakerFaulted extends Probed {
  /** The longest time without an answer to who has an address, ms. */
  readonly gap: number;
  /** How many addresses are on another node in the end: on a machine that starves kernels too, theirs answer too late. */
  readonly moved: number;
}

/** So long it is watched who answers after a heal, ms. */
const AFTER_HEAL = 1_500;
/** Until a speaker that goes on has noticed that it stood still, ms. */
const AWAKE = 300;
/** So long a speaker is dead or frozen, ms. */
const AWAY = 2_000;

/** The node is lost, and comes back. */
export async function crash(lab: Lab, n: number, victim: BenchNode, how: Crash): Promise<Crashed> {
  await lab.own(victim, n);
  lab.lost = victim;
  const seen = await probed(lab, () => victim.crash(how));
  await lab.until('others own all', () => lab.hasOneEach(victim));
  lab.lost = undefined;
  if (how === 'kill') {
    await victim.heal(how);
    await lab.until('the node is back', () => lab.isWhole());
    return { ...seen, heal: [] };
  }
  const { untilOne } = await asked(lab, async () => {
    const since = now();
    await victim.heal(how);
    await pass(AFTER_HEAL);
    return since;
  });
  await lab.until('each has one owner', () => lab.isWhole());
  return { ...seen, heal: untilOne };
}

/** The node gives all its addresses up by choice, or gets them back. */
export async function move(lab: Lab, n: number, victim: BenchNode, how: Move): Promise<Probed> {
  const heir = lab.after(victim);
  const order = lab.order(victim);
  const passOn = () => lab.until(`others own all: ${how}`, () => victim.owned.size === 0 && lab.hasOneEach());
  if (how === 'undrain') await lab.own(heir, n);
  else await lab.own(victim, n, how === 'endpoint');
  switch (how) {
    case 'drain': {
      const seen = await probed(lab, () => lab.folder.drain(victim.number).then(passOn));
      await lab.folder.drain();
      return seen;
    }
    case 'undrain': {
      await lab.folder.drain(victim.number);
      await lab.folder.announce({ order, movesBack: true });
      await pass(AWAY);
      return await probed(lab, async () => {
        await lab.folder.drain();
        await lab.until(`${victim.name} owns all: ${how}`, () => lab.ownsAlone(victim));
      });
    }
    case 'selectors': {
      const nodes = order.filter((number) => number !== victim.number);
      const seen = await probed(lab, () => lab.folder.announce({ order, movesBack: false, nodes }).then(passOn));
      await lab.folder.announce({ order, movesBack: false });
      return seen;
    }
    case 'endpoint':
      return await probed(lab, () => lab.endpoints(heir).then(passOn));
    case 'leave': {
      const seen = await probed(lab, () => victim.endSpeaker('SIGINT').then(passOn));
      victim.startSpeaker();
      return seen;
    }
  }
}

/** The speaker of a node dies, stands still or restarts, while its node lives. */
export async function faultSpeaker(lab: Lab, n: number, victim: BenchNode, how: SpeakerFault): Promise<SpeakerFaulted> {
  await lab.own(victim, n);
  let gap = 0;
  const seen = await probed(lab, async () => {
    ({ gap } = await asked(lab, async () => {
      await pass(100);
      if (how === 'freeze') {
        victim.signal('SIGSTOP');
        await pass(AWAY);
        victim.signal('SIGCONT');
        await pass(AWAKE);
      } else {
        await victim.endSpeaker(how === 'kill' ? 'SIGKILL' : 'SIGTERM');
        if (how === 'kill') await pass(AWAY);
        victim.startSpeaker();
      }
      await lab.until(`each has one owner: ${how}`, () => lab.isWhole());
      return now();
    }));
  });
  return { ...seen, gap, moved: n - victim.owned.size };
}
