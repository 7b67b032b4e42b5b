import { describe, expect, it } from 'vitest';
import { formatAddress } from '../../src/ip/address.ts';
import { type Prefix, parsePrefix } from '../../src/ip/prefix.ts';
import type { Logger } from '../../src/log/logger.ts';
import { silentLogger } from '../../src/log/silent.ts';
import type { RejectedPrefixes } from '../../src/os/rejected-prefixes.ts';
import { openUnserved, Unserved } from '../../src/speaker/unserved.ts';

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

describe('Unserved', () => {
  it('takes away what was left, and keeps to what is advertised with as few changes as possible', () => {
    const table = new Table();
    const unserved = new Unserved(table, silentLogger);
    unserved.replace(all('198.51.100.1/32', '198.51.100.2/32'), OWN);
    unserved.replace(all('198.51.100.2/32', '2001:db8::1/128'), OWN);
    unserved.set(parsePrefix('198.51.100.2/32'), true, OWN);
    unserved.set(parsePrefix('198.51.100.2/32'), false, OWN);
    unserved.set(parsePrefix('198.51.100.2/32'), false, OWN);
    expect(table.done).toEqual([
      ...['clear', 'add 198.51.100.1/32', 'add 198.51.100.2/32', 'delete 198.51.100.1/32', 'add 2001:db8::1/128'],
      'delete 198.51.100.2/32',
    ]);
    unserved.clear();
    expect([...table.prefixes]).toEqual([]);
  });

  it.each([
    ['an aggregate elsewhere', '198.51.100.0/24', true],
    ['an aggregate with the subnet of an interface', '192.0.0.0/16', false],
    ['an aggregate within it', '192.0.2.128/25', false],
    ['an address within it', '192.0.2.50/32', true],
  ])('rejects %s: %s: %s', (_, prefix, isRejected) => {
    const table = new Table();
    const unserved = new Unserved(table, silentLogger);
    unserved.replace(all(prefix), OWN);
    expect(table.prefixes.has(prefix)).toBe(isRejected);
    const other = new Table();
    new Unserved(other, silentLogger).set(parsePrefix(prefix), true, OWN);
    expect(other.prefixes.has(prefix)).toBe(isRejected);
  });

  it('takes back an aggregate that comes to cover a subnet of the node', () => {
    const table = new Table();
    const unserved = new Unserved(table, silentLogger);
    unserved.replace(all('192.0.0.0/16'), []);
    unserved.replace(all('192.0.0.0/16'), OWN);
    expect([...table.prefixes]).toEqual([]);
  });

  it('says once that the kernel refuses, and tries again', () => {
    const table = new Table();
    const warnings: string[] = [];
    const logger: Logger = { ...silentLogger, warn: (message: string) => warnings.push(message) };
    const unserved = new Unserved(table, logger);
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
    const unserved = openUnserved({ rejectUnserved, rejectedPrefixes: table, logger: silentLogger });
    expect([unserved !== undefined, table.done]).toEqual([isOpen, done]);
  });
});
