import { Registry } from 'prom-client';
import { silentLogger } from '../../../src/log/silent.ts';
import { BgpSpeaker, type BgpSpeakerOptions } from '../../../src/speaker/peering/bgp-speaker.ts';
import { Snapshot } from '../../../src/speaker/snapshot.ts';
import type { ManualClock } from '../manual-clock.ts';
import { type MemoryObjects, MemoryStore } from '../memory-store.ts';

/** The main thread's part of BGP on node `n1`, in a cluster of these objects, once it has planned. */
export async function startedBgpSpeaker(
  clock: ManualClock,
  objects: MemoryObjects,
  more: Pick<BgpSpeakerOptions, 'post'> & Partial<BgpSpeakerOptions>,
): Promise<BgpSpeaker> {
  const store = new MemoryStore(objects);
  const speaker = new BgpSpeaker({
    ...{ store, node: 'n1', needsNode: true, loadBalancerClass: undefined, clock, logger: silentLogger },
    registry: new Registry(),
    timeExceeded: () => 0,
    interfaces: () => [],
    onReport: () => {},
    ...more,
  });
  const snapshot = new Snapshot(store, {
    onChange: (object, former) => speaker.changed(object, former),
    onSpeakerStatus: () => {},
  });
  await snapshot.synced;
  speaker.begin(snapshot);
  await clock.run(20);
  return speaker;
}
