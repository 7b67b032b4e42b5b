import {
  addOrRemove,
  changeCandidates,
  drain,
  freeze,
  kill,
  leave,
  note,
  powerOff,
  powerOn,
  restart,
  thaw,
  undrain,
} from './faults.ts';
import type { Segment } from './segment.ts';
import type { SimNode } from './sim-node.ts';

/** One thing that goes wrong, or is done on purpose; it may schedule its own end. */
type Fault = (segment: Segment) => void;

function pickNode(segment: Segment, which: (node: SimNode) => boolean): string | undefined {
  const names = [...segment.nodes.values()].filter(which).map(({ name }) => name);
  return names.length === 0 ? undefined : segment.random.pick(names);
}

/** What may happen in a storm, each as often as it is listed. */
const STORM: readonly Fault[] = [
  (segment) => {
    const name = pickNode(segment, ({ isPowered }) => isPowered);
    if (name === undefined) return;
    powerOff(segment, name);
    segment.clock.after(segment.random.between(500, 8_000), () => powerOn(segment, name));
  },
  (segment) => {
    const name = pickNode(segment, ({ isRunning }) => isRunning);
    if (name === undefined) return;
    const node = segment.node(name);
    const old = node.held;
    kill(segment, name);
    if (segment.random.chance(0.2)) node.held = segment.random.chance(0.5) ? [] : old.slice(1);
    segment.clock.after(segment.random.between(50, 9_000), () => segment.start(name));
  },
  (segment) => {
    const name = pickNode(segment, ({ isAwake }) => isAwake);
    if (name !== undefined) restart(segment, name, segment.random.between(100, 4_000));
  },
  (segment) => {
    const name = pickNode(segment, ({ isAwake }) => isAwake);
    if (name === undefined) return;
    leave(segment, name, () => undefined);
    segment.clock.after(segment.random.between(1_000, 8_000), () => segment.start(name));
  },
  ...[
    [20, 250],
    [250, 1_500],
    [1_000, 9_000],
  ].map(
    ([least = 0, most = 0]): Fault =>
      (segment) => {
        const name = pickNode(segment, ({ isAwake }) => isAwake);
        if (name === undefined) return;
        freeze(segment, name);
        segment.clock.after(segment.random.between(least, most), () => thaw(segment, name));
      },
  ),
  (segment) => {
    const name = pickNode(segment, ({ isSuspended, isPowered }) => !isSuspended && isPowered);
    if (name === undefined) return;
    note(segment, name, 'is suspended');
    const node = segment.node(name);
    node.suspend();
    segment.clock.after(segment.random.between(100, 5_000), () => {
      if (!node.isSuspended) return;
      note(segment, name, 'is resumed');
      segment.network.noteLoss();
      node.resume(segment.random.chance(0.5));
    });
  },
  (segment) => {
    const name = segment.random.pick(segment.names);
    note(segment, name, 'is cut off');
    segment.network.setCut(name, true);
    segment.clock.after(segment.random.between(200, 6_000), () => {
      note(segment, name, 'is cut off no more');
      segment.network.setCut(name, false);
    });
  },
  (segment) => {
    const side = segment.random.shuffle(segment.names).slice(0, segment.random.whole(1, segment.names.length - 1));
    note(segment, side.join(' '), 'are parted from the others');
    segment.network.split(side, segment.names);
    segment.clock.after(segment.random.between(200, 6_000), () => {
      note(segment, 'network', 'is whole');
      segment.network.heal(segment.names);
    });
  },
  (segment) => {
    const [from, to] = segment.random.shuffle(segment.names);
    if (from === undefined || to === undefined) return;
    note(segment, from, `is not heard by ${to}`);
    segment.network.setBlocked(from, to, true);
    segment.clock.after(segment.random.between(200, 6_000), () => segment.network.setBlocked(from, to, false));
  },
  (segment) => {
    const deaf = segment.random.pick(segment.names);
    const isMute = segment.random.chance(0.5);
    note(segment, deaf, isMute ? 'is heard by nobody' : 'hears nobody');
    const set = (isBlocked: boolean): void => {
      for (const other of segment.names) {
        if (other === deaf) continue;
        segment.network.setBlocked(isMute ? deaf : other, isMute ? other : deaf, isBlocked);
      }
    };
    set(true);
    segment.clock.after(segment.random.between(200, 6_000), () => set(false));
  },
  (segment) => {
    const name = pickNode(segment, ({ hasCarrier, isPowered }) => hasCarrier && isPowered);
    if (name === undefined) return;
    note(segment, name, 'has no carrier');
    segment.setCarrier(name, false);
    segment.clock.after(segment.random.between(50, 6_000), () => {
      note(segment, name, 'has carrier');
      segment.setCarrier(name, true);
    });
  },
  (segment) => {
    if (!segment.random.chance(0.3)) return;
    note(segment, 'switch', 'starts anew');
    for (const name of segment.names) segment.setCarrier(name, false);
    segment.clock.after(segment.random.between(500, 3_000), () => {
      for (const name of segment.names) segment.setCarrier(name, true);
    });
  },
  (segment) => {
    const name = segment.random.pick(segment.names);
    if (segment.truth.drained.has(name)) undrain(segment, name);
    else drain(segment, name);
  },
  changeCandidates,
  addOrRemove,
  (segment) => {
    const name = segment.random.pick(segment.names);
    note(segment, name, 'hears nothing of the API server');
    segment.outage.add(name);
    segment.clock.after(segment.random.between(1_000, 8_000), () => segment.endOutage(name));
  },
  (segment) => {
    const addresses = [...segment.truth.ranks.keys()];
    if (addresses.length === 0) return;
    const address = segment.random.pick(addresses);
    note(segment, 'stranger', `uses ${address}`);
    segment.strangers.add(address);
    for (const node of segment.nodes.values()) {
      if (segment.network.isAttached(node.name)) node.step({ type: 'heard', address, node: undefined });
    }
    segment.clock.after(segment.random.between(500, 4_000), () => segment.strangers.delete(address));
  },
  (segment) => {
    const { quality } = segment.options;
    note(segment, 'network', 'loses half of all');
    segment.network.quality = { ...quality, loss: 0.5 };
    segment.clock.after(segment.random.between(200, 3_000), () => {
      segment.network.quality = quality;
      segment.network.touch(...segment.names);
    });
  },
  (segment) => {
    note(segment, 'bfd', 'a session falls');
    segment.sessions.flap();
  },
];

export function strike(segment: Segment): void {
  segment.random.pick(STORM)(segment);
}
