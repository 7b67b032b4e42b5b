import { beforeEach, describe, expect, it } from 'vitest';
import type { SpeakerReport } from '../../../src/api/speaker-status.ts';
import type { Logger } from '../../../src/log/logger.ts';
import {
  LONGEST_PACE,
  PACE_OF_ENTRY,
  PACE_OF_FACTS,
  SMALL_REPORT,
  StatusWriter,
  TIMES_INTERVAL,
  WITHHELD_INTERVAL,
} from '../../../src/speaker/report/status-writer.ts';
import { ManualClock, settle } from '../manual-clock.ts';
import { MemoryObjects, MemoryStore } from '../memory-store.ts';

const silent = () => {};
let warnings: number;
const logger: Logger = {
  error: silent,
  warn: () => {
    warnings += 1;
  },
  info: silent,
  debug: silent,
  with: () => logger,
};

let clock: ManualClock;
let objects: MemoryObjects;
let store: MemoryStore;
let writer: StatusWriter;

beforeEach(() => {
  warnings = 0;
  clock = new ManualClock();
  objects = new MemoryObjects();
  store = new MemoryStore(objects);
  writer = new StatusWriter({ store, node: 'n1', clock, logger });
});

const entry = { service: 'default/web', interface: 'eth0', role: 'Owner', since: '2026-01-01T00:00:00Z' } as const;

function report(address: string, lastAnswered?: string): SpeakerReport {
  const l2 = [{ address, ...entry, ...(lastAnswered === undefined ? {} : { lastAnswered }) }];
  return { interfaces: [], l2, withheld: [], conflicts: [] };
}

const all = Array.from({ length: 20_000 }, (_, index) => ({ address: `10.0.${index >> 8}.${index & 255}`, ...entry }));

/** A report of the first so many addresses. */
function listing(count: number): SpeakerReport {
  return { interfaces: [], l2: all.slice(0, count), withheld: [], conflicts: [] };
}

const stored = () => (objects.find('SpeakerStatus', { name: 'n1' }) as { status?: SpeakerReport } | undefined)?.status;

describe('StatusWriter', () => {
  it('takes away what is over', async () => {
    writer.report({ ...report('192.0.2.1'), unlisted: 7, bouncing: { since: entry.since } });
    await settle();
    expect(stored()).toMatchObject({ unlisted: 7, bouncing: { since: entry.since } });
    writer.report(report('192.0.2.1'));
    await clock.run(2000);
    expect(Object.keys(stored() ?? {}).sort()).toEqual(['conflicts', 'interfaces', 'l2', 'withheld']);
  });

  it('creates the object, then patches its status', async () => {
    writer.report(report('192.0.2.1'));
    await settle();
    expect(stored()).toEqual(report('192.0.2.1'));
    expect(objects.writes).toHaveLength(2);
    writer.report(report('192.0.2.2'));
    await settle();
    expect(stored()).toEqual(report('192.0.2.2'));
    expect(objects.writes).toHaveLength(3);
  });

  it('writes nothing when nothing changed', async () => {
    writer.report(report('192.0.2.1'));
    await settle();
    writer.report(report('192.0.2.1'));
    await clock.run(100_000, 1000);
    expect(objects.writes).toHaveLength(2);
  });

  it('skips what was overtaken while a write was under way', async () => {
    writer.report(report('192.0.2.1'));
    writer.report(report('192.0.2.2'));
    writer.report(report('192.0.2.3'));
    await settle();
    expect(stored()).toEqual(report('192.0.2.3'));
    expect(objects.writes).toHaveLength(3);
  });

  it('writes times alone once in 30 s, and takes them along with anything else', async () => {
    writer.report(report('192.0.2.1'));
    await settle();
    writer.report(report('192.0.2.1', '2026-01-01T00:00:01Z'));
    await clock.run(TIMES_INTERVAL - 100, 100);
    expect(objects.writes).toHaveLength(2);
    writer.report(report('192.0.2.1', '2026-01-01T00:00:02Z'));
    await clock.run(100, 100);
    expect(stored()).toEqual(report('192.0.2.1', '2026-01-01T00:00:02Z'));
    writer.report(report('192.0.2.2', '2026-01-01T00:00:03Z'));
    await settle();
    expect(stored()).toEqual(report('192.0.2.2', '2026-01-01T00:00:03Z'));
  });

  it('writes what is withheld once in 5 s, however often that changes', async () => {
    const withholding = (count: number): SpeakerReport => {
      return { ...report('192.0.2.1'), withheld: [{ reason: 'OffSubnet', count, examples: [] }] };
    };
    writer.report(report('192.0.2.1'));
    await settle();
    await clock.run(WITHHELD_INTERVAL, 1000);
    for (let count = 1; count <= 40; count++) {
      writer.report(withholding(count));
      await clock.run(100, 100);
    }
    expect(stored()).toEqual(withholding(1));
    await clock.run(WITHHELD_INTERVAL - 4000, 100);
    expect([stored(), objects.writes.length]).toEqual([withholding(40), 4]);
  });

  it('writes a small report whenever it says something new', async () => {
    for (let count = 1; count <= SMALL_REPORT; count++) {
      writer.report(listing(count));
      await settle();
    }
    expect(objects.writes).toHaveLength(SMALL_REPORT + 1);
  });

  it('writes a bounded number of entries a second while thousands are taken one by one, and all of them in the end', async () => {
    const began = clock.monotonic();
    let [entries, writes] = [0, objects.writes.length];
    for (let count = 1; count <= 5_000; count++) {
      writer.report(listing(count));
      await clock.run(10, 10);
      if (objects.writes.length === writes || count <= SMALL_REPORT) continue;
      writes = objects.writes.length;
      entries += stored()?.l2?.length ?? 0;
    }
    expect(entries).toBeLessThanOrEqual((clock.monotonic() - began) / PACE_OF_ENTRY + 5_000);
    expect(objects.writes.length).toBeLessThan(400);
    await clock.run(5_000 * PACE_OF_ENTRY, 100);
    expect(stored()?.l2).toHaveLength(5_000);
  });

  it('keeps nobody waiting for longer than an address may take to come to another node', async () => {
    const large = Math.ceil(LONGEST_PACE / PACE_OF_ENTRY) * 2;
    writer.report(listing(large));
    await settle();
    writer.report(listing(large + 1));
    await clock.run(LONGEST_PACE - 100, 100);
    expect(stored()?.l2).toHaveLength(large);
    await clock.run(100, 100);
    expect(stored()?.l2).toHaveLength(large + 1);
  });

  it('tells soon what others decide by, however much is announced, and never more than twice a second', async () => {
    writer.report(listing(5_000));
    await clock.run(PACE_OF_FACTS, 100);
    const before = objects.writes.length;
    for (let count = 1; count <= 10; count++) {
      const name = `eth${count}`;
      writer.report({ ...listing(5_000), interfaces: [{ name, mac: '', up: true, addresses: [], gateways: [] }] });
      await clock.run(100, 100);
      if (count === 1) expect(stored()?.interfaces).toMatchObject([{ name }]);
    }
    expect(objects.writes.length - before).toBe(2);
  });

  it('warns once that a report cannot list everything, and takes back how much when it can', async () => {
    for (const unlisted of [7, 8]) {
      writer.report({ ...report('192.0.2.1'), unlisted });
      await settle();
      expect(stored()?.unlisted).toBe(unlisted);
    }
    expect(warnings).toBe(1);
    writer.report(report('192.0.2.1'));
    await settle();
    expect(stored()).toEqual(report('192.0.2.1'));
  });

  it('writes at once what a node that leaves says last', async () => {
    writer.report(listing(5_000));
    await settle();
    writer.report(listing(5_001));
    await writer.writeLast(listing(0));
    expect(stored()?.l2).toEqual([]);
  });

  it('tries again and again, warns once, and writes the latest', async () => {
    store.cut = true;
    writer.report(report('192.0.2.1'));
    await clock.run(30_000, 100);
    writer.report(report('192.0.2.2'));
    expect(stored()).toBeUndefined();
    expect(warnings).toBe(1);
    store.cut = false;
    await clock.run(10_000, 100);
    expect(stored()).toEqual(report('192.0.2.2'));
  });

  it('ends its attempts when it is stopped', async () => {
    store.cut = true;
    writer.report(report('192.0.2.1'));
    await settle();
    writer.stop();
    expect(clock.pending).toBe(0);
    writer.report(report('192.0.2.2'));
    store.cut = false;
    await clock.run(60_000, 1000);
    expect(stored()).toBeUndefined();
  });

  it('lets the caller have the failure of the one write that it waits for', async () => {
    store.cut = true;
    await expect(writer.write(report('192.0.2.1'))).rejects.toMatchObject({ code: 'Unavailable' });
    store.cut = false;
    await writer.write(report('192.0.2.1'));
    expect(stored()).toEqual(report('192.0.2.1'));
  });

  it('writes what follows after such a write put an end to a series of failures', async () => {
    store.cut = true;
    writer.report(report('192.0.2.1'));
    await clock.run(1000, 100);
    store.cut = false;
    await writer.write(report('192.0.2.2'));
    writer.report(report('192.0.2.3'));
    await settle();
    expect(stored()).toEqual(report('192.0.2.3'));
  });

  it('waits with it for a write under way', async () => {
    writer.report(report('192.0.2.1'));
    await writer.write(report('192.0.2.2'));
    await settle();
    expect(stored()).toEqual(report('192.0.2.2'));
    expect(objects.writes).toHaveLength(3);
  });
});
