import { mkdir, readdir, rename } from 'node:fs/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FolderLock } from '../../../src/store/directory/folder-lock.ts';
import { TestFolder } from './folder.ts';
import { LEASE, Simulation, settled } from './lock-simulation.ts';

describe('FolderLock among processes that run, freeze and die in any order', () => {
  const happening = fc.record({
    what: fc.oneof(
      { weight: 60, arbitrary: fc.constant('proceed' as const) },
      { weight: 1, arbitrary: fc.constantFrom('kill' as const, 'stop' as const) },
    ),
    pick: fc.nat({ max: 2 }),
    /** A burst of operations of one process, as while the others are frozen. */
    times: fc.integer({ min: 1, max: 12 }),
    advance: fc.oneof(
      { weight: 12, arbitrary: fc.integer({ min: 0, max: 60 }) },
      { weight: 2, arbitrary: fc.constantFrom(330, 600, 680, 950, 1_050, 2_500) },
    ),
  });

  it('is never held by two', async () => {
    let held = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 40, maxLength: 160 }), async (happenings) => {
        const simulation = new Simulation([1, 1.03, 0.97]);
        for (let contender = 0; contender < 3; contender++) simulation.start();
        await settled();
        for (const { what, pick, times, advance } of happenings) {
          for (let time = 0; time < (what === 'proceed' ? times : 1); time++) {
            await simulation.happen(what, pick, time === 0 ? advance : 1);
            expect(simulation.holders.length).toBeLessThanOrEqual(1);
            held += simulation.holders.length;
          }
        }
        simulation.end();
      }),
      { numRuns: 150 },
    );
    expect(held).toBeGreaterThan(1_000);
  }, 60_000);

  it('is not held by one whose renewal comes after another has found it abandoned', async () => {
    const simulation = new Simulation([1]);
    for (let contender = 0; contender < 2; contender++) simulation.start();
    await settled();
    await simulation.runUntil(0, 'turn');
    await simulation.runUntil(1, 'turn');
    expect(simulation.holders).toEqual([0]);
    simulation.folder.now += 0.6 * LEASE;
    await simulation.runUntil(0, 'rename');
    simulation.folder.now += 0.41 * LEASE;
    await simulation.runUntil(1, 'place');
    await simulation.runUntil(0, 'turn');
    expect(simulation.holders).toEqual([]);
    await simulation.runUntil(1, 'turn');
    expect(simulation.holders).toEqual([1]);
    simulation.end();
  });

  it('is not held by one whose new file comes after the lock has gone on to others', async () => {
    const simulation = new Simulation([1]);
    for (let contender = 0; contender < 3; contender++) simulation.start();
    await settled();
    await simulation.runUntil(0, 'place');
    await simulation.runUntil(1, 'turn');
    await simulation.runUntil(2, 'turn');
    await simulation.happen('kill', 1, 1.01 * LEASE);
    await simulation.runUntil(2, 'turn');
    expect(simulation.holders).toEqual([2]);
    expect(simulation.folder.generations).toEqual([2]);
    await simulation.runUntil(0, 'turn');
    expect(simulation.holders).toEqual([2]);
    expect(simulation.folder.generations).toEqual([2]);
    simulation.end();
  });

  it('is held by one soon after the holder has died, where all run evenly', async () => {
    const simulation = new Simulation([1]);
    for (let contender = 0; contender < 3; contender++) simulation.start();
    await settled();
    const runEvenly = async (millis: number): Promise<void> => {
      const until = simulation.folder.now + millis;
      for (let turn = 0; simulation.folder.now < until; turn++) await simulation.happen('proceed', turn % 3, 5);
    };
    await runEvenly(300);
    const [first] = simulation.holders;
    expect(first).toBeDefined();
    await runEvenly(5 * LEASE);
    expect(simulation.holders).toEqual([first]);
    await simulation.happen('kill', first ?? 0, 0);
    expect(simulation.holders).toEqual([]);
    await runEvenly(1.5 * LEASE);
    expect(simulation.holders).toHaveLength(1);
    simulation.end();
  }, 30_000);
});

describe('FolderLock on real files', { timeout: 30_000 }, () => {
  const WAIT = { timeout: 10_000, interval: 5 };
  let folder: TestFolder;
  const locks: FolderLock[] = [];

  beforeEach(async () => {
    folder = await TestFolder.make();
  });
  afterEach(async () => {
    await Promise.all(locks.splice(0).map((lock) => lock.stop()));
    await folder.clean();
  });

  function lock(
    holder: string,
    options: { leaseMillis?: number; identity?: undefined; folder?: string } = {},
  ): FolderLock {
    const made = new FolderLock({ folder: folder.path, holder, logger: folder.log, leaseMillis: 600, ...options });
    locks.push(made);
    return made;
  }

  it('is held by the first, and told of', async () => {
    const [first, second] = [lock('n1'), lock('n2')];
    const changes: boolean[] = [];
    first.onChange((held) => changes.push(held));
    expect(first.held()).toBe(false);
    first.start();
    first.start();
    await vi.waitFor(() => expect(first.held()).toBe(true), WAIT);
    second.start();
    await vi.waitFor(() => expect(second.holder()).toBe('n1'), WAIT);
    expect(second.held()).toBe(false);
    expect(first.holder()).toBe('n1');
    expect(changes).toEqual([true]);
    await first.stop();
    expect(changes).toEqual([true, false]);
  });

  it('passes on at once when it is given up', async () => {
    const [first, second] = [lock('n1', { leaseMillis: 60_000 }), lock('n2', { leaseMillis: 60_000 })];
    await first.step();
    await second.step();
    expect([first.held(), second.held()]).toEqual([true, false]);
    await first.stop();
    expect(first.held()).toBe(false);
    await second.step();
    expect(second.held()).toBe(true);
    expect(await first.step()).toBeUndefined();
    expect(first.held()).toBe(false);
  });

  it.each([
    ['broken', '{"holder": "n0", "nonce":'],
    ['empty', ''],
    ['of another tool', 'pid 17\n'],
  ])('is taken over a file that is %s once that is unchanged for the lease', async (_, text) => {
    await folder.write('allocator.lock.7', text);
    const first = lock('n1');
    const begun = performance.now();
    first.start();
    await vi.waitFor(() => expect(first.held()).toBe(true), WAIT);
    expect(performance.now() - begun).toBeGreaterThan(590);
  });

  it('is taken at once from a process that has died on this machine', async () => {
    const { processIdentity } = await import('../../../src/os/process-identity.ts');
    const dead = { ...processIdentity(), pid: 2 ** 22 + 1 };
    const content = { holder: 'n0', nonce: 'other', counter: 1, isReleased: false, identity: dead };
    await folder.write('allocator.lock.3', JSON.stringify(content));
    const first = lock('n1', { leaseMillis: 60_000 });
    await first.step();
    expect(first.held()).toBe(true);
  });

  it('says once whom it waits for, and again when that is another', async () => {
    const waiting = (): readonly string[] => folder.log.lines.filter((line) => line.includes('waiting'));
    const [first, second, third] = [lock('n1'), lock('n2'), lock('n3', { identity: undefined })];
    await first.step();
    for (let step = 0; step < 3; step++) await second.step();
    const told = `info: waiting: n1 (pid ${process.pid}) allocates in ${folder.path}`;
    expect(waiting()).toEqual([told]);
    expect(second.incumbent()).toBe(`n1 (pid ${process.pid})`);
    expect(first.incumbent()).toBeUndefined();
    await first.stop();
    expect(second.incumbent()).toBe(`n1 (pid ${process.pid})`);
    await third.step();
    for (let step = 0; step < 3; step++) await second.step();
    expect(waiting()).toEqual([told, `info: waiting: n3 allocates in ${folder.path}`]);
  });

  it('tells a stop from a loss in the log', async () => {
    const [first, second] = [lock('n1', { leaseMillis: 60_000 }), lock('n2', { leaseMillis: 60_000 })];
    await first.step();
    await first.stop();
    expect(folder.log.lines).toEqual(['info: took the folder lock', 'info: gave up the folder lock']);
    await second.step();
    for (const name of await readdir(folder.path)) await rename(folder.file(name), folder.file(`${name}0`));
    await second.step();
    expect(folder.log.lines.slice(2)).toEqual(['info: took the folder lock', 'warn: lost the folder lock']);
  });

  it('says why it fails, once, until it does not any more', async () => {
    const first = lock('n1', { folder: folder.file('state') });
    const failures: string[] = [];
    first.onFailure((failure) => failures.push(failure));
    for (let step = 0; step < 3; step++) await first.step();
    expect(first.failure()).toMatch(/^the folder lock in .*state cannot be .*: ENOENT: /);
    expect(failures).toEqual([first.failure()]);
    await mkdir(folder.file('state'));
    await first.step();
    expect([first.held(), first.failure()]).toEqual([true, undefined]);
  });

  it('is lost when the folder can be written to no more, before another may take it', async () => {
    const first = lock('n1');
    first.start();
    await vi.waitFor(() => expect(first.held()).toBe(true), WAIT);
    const changes: boolean[] = [];
    first.onChange((held) => changes.push(held));
    await folder.remove('.');
    await vi.waitFor(() => expect(changes.at(-1)).toBe(false), WAIT);
    expect(first.held()).toBe(false);
    expect(folder.log.lines).toContainEqual(
      expect.stringMatching(/^warn: the folder lock in .* cannot be looked at or renewed: ENOENT/),
    );
  });
});
