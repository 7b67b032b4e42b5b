import type { Segment } from './segment.ts';

/** Tells the timeline what is done to a node or to all. */
export function note(segment: Segment, name: string, text: string): void {
  segment.timeline.log(segment.clock.now, '*', () => `${name} ${text}`);
}

/** All power at once, as if the cable was pulled. */
export function powerOff(segment: Segment, name: string): void {
  note(segment, name, 'loses power');
  segment.powerOff(name);
}

export function powerOn(segment: Segment, name: string): void {
  note(segment, name, 'has power again');
  segment.powerOn(name);
  segment.start(name);
}

export function kill(segment: Segment, name: string): void {
  note(segment, name, 'its speaker is killed');
  segment.stop(name);
}

export function freeze(segment: Segment, name: string): void {
  note(segment, name, 'its speaker is frozen');
  segment.node(name).freeze();
}

export function thaw(segment: Segment, name: string): void {
  if (!segment.node(name).isFrozen) return;
  note(segment, name, 'its speaker goes on');
  segment.node(name).thaw();
}

/** A speaker that says that it restarts, is gone for a while, and comes back. */
export function restart(segment: Segment, name: string, gone: number): void {
  const node = segment.node(name);
  note(segment, name, 'its speaker restarts');
  node.step({ type: 'shutdown', reason: 'Restart' });
  const life = node.lives;
  segment.clock.after(segment.random.between(150, 200), () => {
    if (node.lives !== life) return;
    segment.stop(name);
    segment.clock.after(gone, () => segment.start(name));
  });
}

/** A speaker that leaves: it goes when it answers for nothing more, or after 5 s. */
export function leave(segment: Segment, name: string, ended: () => void): void {
  const node = segment.node(name);
  note(segment, name, 'its speaker leaves');
  node.step({ type: 'shutdown', reason: 'Leave' });
  const life = node.lives;
  const until = segment.clock.now + 5_000;
  const look = (): void => {
    if (node.lives !== life || !node.isRunning) return;
    if (node.answers.size > 0 && segment.clock.now < until) {
      segment.clock.after(20, look);
      return;
    }
    // What its peers still have to hear is on the wire by then.
    segment.clock.after(100, () => {
      if (node.lives !== life) return;
      segment.stop(name);
      ended();
    });
  };
  look();
}

export function drain(segment: Segment, name: string): void {
  note(segment, name, 'is drained');
  segment.truth.drained.add(name);
  segment.publish();
}

export function undrain(segment: Segment, name: string): void {
  note(segment, name, 'is drained no more');
  segment.truth.drained.delete(name);
  segment.publish();
}

export function changeCandidates(segment: Segment): void {
  for (const address of segment.truth.ranks.keys()) {
    if (segment.random.chance(0.3)) segment.truth.change(address);
  }
  note(segment, 'plan', 'has other candidates');
  segment.publish();
}

export function addOrRemove(segment: Segment): void {
  const { truth, random } = segment;
  const addresses = [...truth.ranks.keys()];
  if (random.chance(0.5) && addresses.length > 1) truth.remove(random.pick(addresses));
  else truth.add(`198.51.100.${random.whole(1, 254)}`);
  note(segment, 'plan', 'has other addresses');
  segment.publish();
}

/** One planned move, which loses nothing. */
export function moveByChoice(segment: Segment): void {
  const { random, truth, clock } = segment;
  const running = [...segment.nodes.values()].filter(({ core, name }) => {
    return core !== undefined && !core.isLeaving && !truth.drained.has(name);
  });
  const what = random.whole(0, 4);
  if (what === 0 && truth.drained.size > 0) undrain(segment, random.pick([...truth.drained]));
  else if (what <= 1 && running.length > 2) drain(segment, random.pick(running).name);
  else if (what === 2 && running.length > 2) {
    clock.runUntil(clock.now + segment.options.planLag);
    const { name } = random.pick(running);
    const others = running.filter((node) => node.name !== name);
    const canGo = [...truth.ranks.keys()].every((address) => {
      return others.some((other) => truth.candidatesOf(address).includes(other.name));
    });
    if (!canGo) return;
    let isGone = false;
    leave(segment, name, () => {
      isGone = true;
    });
    while (!isGone) clock.runUntil(clock.now + 50);
    clock.after(random.between(100, 2_000), () => segment.start(name));
  } else if (what === 3) addOrRemove(segment);
  else changeCandidates(segment);
}

/** All is whole and equal from now on. */
export function makeWhole(segment: Segment): void {
  segment.timeline.log(segment.clock.now, '*', () => 'all is made whole');
  segment.network.heal(segment.names);
  segment.network.quality = segment.options.quality;
  segment.strangers.clear();
  for (const node of segment.nodes.values()) {
    if (!node.isPowered) segment.powerOn(node.name);
    if (!node.hasCarrier) segment.setCarrier(node.name, true);
    if (node.isSuspended) {
      segment.network.noteLoss();
      node.resume(true);
    }
    thaw(segment, node.name);
    segment.endOutage(node.name);
    if (!node.isRunning && segment.random.chance(0.8)) segment.start(node.name);
  }
}
