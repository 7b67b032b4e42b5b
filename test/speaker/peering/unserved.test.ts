import { beforeEach, describe, expect, it } from 'vitest';
import { formatAddress } from '../../../src/ip/address.ts';
import { type Prefix, parsePrefix } from '../../../src/ip/prefix.ts';
import type { Logger } from '../../../src/log/logger.ts';
import { silentLogger } from '../../../src/log/silent.ts';
import type { RejectedPrefixes } from '../../../src/os/rejected-prefixes.ts';
import { LAST_LINGER, LINGER, openUnserved, Unserved } from '../../../src/speaker/peering/unserved.ts';
import { ManualClock, settle } from '../manual-clock.ts';

const text = ({ address, length }: Prefix) => `${formatAddress(address)}/${length}`;
const OWN = [parsePrefix('192.0.2.11/24')];

/** A kernel that may refuse, and what was done to it. */
class Table implements RejectedPrefixes {
  readonly prefixes = new Set<string>();
  readonly done: string[] = [];
  refuses = false;

  add(prefix: Prefix): void {
    this.done.push(`add ${text(prefix)}`);
    if (this.refuses) throw new Error('EPERM');
    this.prefixes.add(text(prefix));
  }

  delete(prefix: Prefix): void {
    this.done.push(`delete ${text(prefix)}`);
    this.prefixes.delete(text(prefix));
  }

  clear(): void {
    this.done.push('clear');
    this.prefixes.clear();
  }
}

const all = (...prefixes: readonly string[]) => prefixes.map(parsePrefix);

let clock: ManualClock;
beforeEach(() => {
  clock = new ManualClock();
});
const open = (table: RejectedPrefixes) => new Unserved(table, clock, silentLogger);

describe('Unserved', () => {
  it('takes away what was left, and keeps to what is advertised with as few changes as possible', () => {
    const table = new Table();
    const unserved = open(table);
    unserved.replace(all('198.51.100.1/32', '198.51.100.2/32'), OWN);
    unserved.replace(all('198.51.100.2/32', '2001:db8::1/128'), OWN);
    unserved.set(parsePrefix('198.51.100.2/32'), true, OWN);
    clock.advance(1000);
    unserved.set(parsePrefix('198.51.100.2/32'), false, OWN);
    unserved.set(parsePrefix('198.51.100.2/32'), false, OWN);
    clock.advance(LINGER);
    expect(table.done).toEqual([
      ...['clear', 'add 198.51.100.1/32', 'add 198.51.100.2/32', 'add 2001:db8::1/128'],
      ...['delete 198.51.100.1/32', 'delete 198.51.100.2/32'],
    ]);
    expect(clock.pending).toBe(0);
  });

  it('goes on rejecting for a while after a withdrawal, each prefix by its own time', () => {
    const table = new Table();
    const unserved = open(table);
    unserved.replace(all('198.51.100.1/32', '198.51.100.2/32'), OWN);
    unserved.set(parsePrefix('198.51.100.1/32'), false);
    clock.advance(LINGER / 2);
    unserved.replace([], OWN);
    clock.advance(LINGER / 2 - 1);
    expect([...table.prefixes]).toEqual(['198.51.100.1/32', '198.51.100.2/32']);
    clock.advance(1);
    expect([...table.prefixes]).toEqual(['198.51.100.2/32']);
    clock.advance(LINGER / 2);
    expect([...table.prefixes]).toEqual([]);
  });

  it('does not touch what is advertised again before that', () => {
    const table = new Table();
    const unserved = open(table);
    const prefix = parsePrefix('198.51.100.1/32');
    for (const isAdvertised of [true, false, true]) unserved.set(prefix, isAdvertised, OWN);
    clock.advance(2 * LINGER);
    expect(table.done).toEqual(['clear', 'add 198.51.100.1/32']);
    unserved.set(prefix, false);
    clock.advance(LINGER);
    expect([...table.prefixes]).toEqual([]);
  });

  it.each([
    ['at once where nothing is rejected', [], 0],
    ['a moment after the sessions where something is', ['198.51.100.1/32'], LAST_LINGER],
  ])('ends %s, and leaves nothing', async (_, prefixes, wait) => {
    const table = new Table();
    const unserved = open(table);
    unserved.replace(all(...prefixes), OWN);
    let hasEnded = false;
    void unserved.end().then(() => {
      hasEnded = true;
    });
    if (wait > 0) {
      await clock.run(wait - 10);
      expect([hasEnded, [...table.prefixes]]).toEqual([false, prefixes]);
      await clock.run(10);
    }
    await settle();
    expect([hasEnded, [...table.prefixes], table.done.at(-1), clock.pending]).toEqual([true, [], 'clear', 0]);
  });

  it('counts what lingers as something to wait for at the end', async () => {
    const table = new Table();
    const unserved = open(table);
    unserved.replace(all('198.51.100.1/32'), OWN);
    unserved.replace([], OWN);
    void unserved.end();
    await clock.run(LAST_LINGER - 10);
    expect([...table.prefixes]).toEqual(['198.51.100.1/32']);
    await clock.run(10);
    expect([...table.prefixes]).toEqual([]);
  });

  it.each([
    ['an aggregate elsewhere', '198.51.100.0/24', true],
    ['an aggregate with the subnet of an interface', '192.0.0.0/16', false],
    ['an aggregate within it', '192.0.2.128/25', false],
    ['an address within it', '192.0.2.50/32', true],
  ])('rejects %s: %s: %s', (_, prefix, isRejected) => {
    const table = new Table();
    const unserved = open(table);
    unserved.replace(all(prefix), OWN);
    expect(table.prefixes.has(prefix)).toBe(isRejected);
    const other = new Table();
    open(other).set(parsePrefix(prefix), true, OWN);
    expect(other.prefixes.has(prefix)).toBe(isRejected);
  });

  it('takes back an aggregate that comes to cover a subnet of the node', () => {
    const table = new Table();
    const unserved = open(table);
    unserved.replace(all('192.0.0.0/16'), []);
    unserved.replace(all('192.0.0.0/16'), OWN);
    expect([...table.prefixes]).toEqual([]);
    unserved.replace(all('192.0.0.0/16'), []);
    unserved.replace([], []);
    expect([...table.prefixes]).toEqual(['192.0.0.0/16']);
    unserved.replace([], OWN);
    expect([...table.prefixes]).toEqual([]);
  });

  it('says once that the kernel refuses, and tries again', () => {
    const table = new Table();
    const warnings: string[] = [];
    const logger: Logger = { ...silentLogger, warn: (message: string) => warnings.push(message) };
    const unserved = new Unserved(table, clock, logger);
    table.refuses = true;
    unserved.replace(all('198.51.100.1/32', '198.51.100.2/32'), []);
    expect(warnings).toHaveLength(1);
    table.refuses = false;
    unserved.replace(all('198.51.100.1/32'), []);
    expect([...table.prefixes]).toEqual(['198.51.100.1/32']);
  });
});

describe('openUnserved', () => {
  it.each([
    [true, true, ['clear']],
    [false, false, ['clear']],
    [undefined, false, []],
  ])('with rejectUnserved %s', (rejectUnserved, isOpen, done) => {
    const table = new Table();
    const unserved = openUnserved({ rejectUnserved, rejectedPrefixes: table, clock, logger: silentLogger });
    expect([unserved !== undefined, table.done]).toEqual([isOpen, done]);
  });
});
