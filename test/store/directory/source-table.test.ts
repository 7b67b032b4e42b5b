import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DocumentsRead, readDocuments } from '../../../src/store/directory/documents.ts';
import { formatFault } from '../../../src/store/directory/source-fault.ts';
import { SourceTable } from '../../../src/store/directory/source-table.ts';

const CONFIRM = 1_000;
const SURE = (): boolean => false;

/** A text that defines Nodes, each with a label by which its definition is told from others. */
function nodes(definitions: Readonly<Record<string, string>>): string {
  return Object.entries(definitions)
    .map(([name, label]) => `---\napiVersion: v1\nkind: Node\nmetadata: {name: ${name}, labels: {l: ${label}}}\n`)
    .join('');
}

const FAULTY = '---\napiVersion: v1\nkind: Node\nmetadata: {name: NOT A NAME}\n';
const BROKEN = '---\na: [\n';

class Bench {
  readonly table = new SourceTable(CONFIRM);
  now = 0;

  read(file: string, text: string): void {
    this.table.fileRead(file, readDocuments(text, file), this.now);
  }

  /** A look at the folder, at a time, at which all can be seen. */
  settleAt(now: number): void {
    this.now = now;
    this.table.settle(now, true, SURE);
  }

  /** What is in force: name to label. */
  get standing(): Record<string, string | undefined> {
    return Object.fromEntries(
      [...this.table.documents.values()].map(({ object }) => [object.metadata.name, object.metadata.labels?.l]).sort(),
    );
  }

  get faults(): string[] {
    return this.table.faults().map(formatFault);
  }
}

describe('SourceTable', { timeout: 30_000 }, () => {
  it('takes additions and changes at once', () => {
    const bench = new Bench();
    bench.read('a', nodes({ n1: 'x' }));
    expect(bench.standing).toEqual({ n1: 'x' });
    bench.read('a', nodes({ n1: 'y', n2: 'z' }));
    expect(bench.standing).toEqual({ n1: 'y', n2: 'z' });
    expect(bench.table.takeChanges().map(({ key }) => key.name)).toEqual(['n1', 'n2']);
    expect(bench.table.takeChanges()).toEqual([]);
  });

  it.each([
    ['a document that is gone from its file', (bench: Bench) => bench.read('a', nodes({ n2: 'x' })), { n2: 'x' }],
    ['a file that is gone', (bench: Bench) => bench.table.fileVanished('a', bench.now), {}],
    ['a file that holds only a comment', (bench: Bench) => bench.read('a', '# nothing\n'), {}],
  ])('lets go of %s once that is confirmed', (_, happen, left) => {
    const bench = new Bench();
    bench.read('a', nodes({ n1: 'x', n2: 'x' }));
    bench.now = 100;
    happen(bench);
    bench.settleAt(100 + CONFIRM - 1);
    expect(bench.standing).toEqual({ n1: 'x', n2: 'x' });
    expect(bench.table.nextDeadline()).toBe(100 + CONFIRM);
    bench.settleAt(100 + CONFIRM);
    expect(bench.standing).toEqual(left);
    expect(bench.table.nextDeadline()).toBeUndefined();
  });

  it.each([
    ['is not YAML', BROKEN],
    ['has a fault in any document', nodes({ n2: 'y' }) + FAULTY],
    ['is empty', ''],
    ['is blank', ' \n'],
  ])('keeps what stood before while a file %s', (_, text) => {
    const bench = new Bench();
    bench.read('a', nodes({ n1: 'x', n2: 'x' }));
    bench.read('a', text);
    bench.settleAt(10 * CONFIRM);
    expect(Object.keys(bench.standing)).toEqual(['n1', 'n2']);
    expect(bench.faults).toHaveLength(1);
    expect(bench.table.isWhole()).toBe(false);
    bench.read('a', nodes({ n1: 'x' }));
    expect(bench.faults).toEqual([]);
    bench.settleAt(11 * CONFIRM - 1);
    expect(Object.keys(bench.standing)).toEqual(['n1', 'n2']);
    bench.settleAt(11 * CONFIRM);
    expect(bench.standing).toEqual({ n1: 'x' });
  });

  it('takes nothing from a text that is not YAML throughout, and good documents from one that is', () => {
    const bench = new Bench();
    bench.read('a', nodes({ n1: 'x' }));
    bench.read('a', nodes({ n1: 'y' }) + BROKEN);
    expect(bench.standing).toEqual({ n1: 'x' });
    bench.read('a', nodes({ n1: 'z', n2: 'z' }) + FAULTY);
    expect(bench.standing).toEqual({ n1: 'z', n2: 'z' });
  });

  it('keeps what stood before while a file cannot be read, or is being written', () => {
    const bench = new Bench();
    bench.read('a', nodes({ n1: 'x' }));
    bench.table.fileUnreadable('a', { file: 'a', message: 'cannot be read' });
    bench.settleAt(5 * CONFIRM);
    expect(bench.standing).toEqual({ n1: 'x' });
    expect(bench.faults).toEqual(['a: cannot be read']);
    bench.table.fileVanished('a', bench.now);
    bench.table.fileChanging('a');
    bench.settleAt(9 * CONFIRM);
    expect(bench.standing).toEqual({ n1: 'x' });
  });

  it('counts the time of confirmation only while it can look', () => {
    const bench = new Bench();
    bench.read('a', nodes({ n1: 'x' }));
    bench.table.fileVanished('a', 0);
    bench.table.settle(CONFIRM - 1, false, () => true);
    bench.table.settle(5 * CONFIRM, false, () => true);
    bench.settleAt(6 * CONFIRM - 1);
    expect(bench.standing).toEqual({ n1: 'x' });
    bench.settleAt(6 * CONFIRM);
    expect(bench.standing).toEqual({});
  });

  it('keeps, of two files with one object, what stood before, and names both places', () => {
    const bench = new Bench();
    bench.read('b', nodes({ n1: 'b' }));
    bench.read('a', nodes({ n0: 'a', n1: 'a' }));
    expect(bench.standing).toEqual({ n0: 'a', n1: 'b' });
    expect(bench.faults).toEqual(['a:6: Node/n1: is defined in b:2 as well: remove one of the two']);
    bench.read('b', nodes({ n1: 'b2' }));
    expect(bench.standing).toEqual({ n0: 'a', n1: 'b2' });
    bench.table.fileVanished('b', 0);
    expect(bench.faults).toEqual([]);
    expect(bench.standing).toEqual({ n0: 'a', n1: 'b2' });
    bench.settleAt(CONFIRM);
    expect(bench.standing).toEqual({ n0: 'a', n1: 'a' });
  });

  it('keeps, of two documents of one object in a file, what stood before, at first the first', () => {
    const bench = new Bench();
    bench.read('a', nodes({ n1: 'one' }) + nodes({ n1: 'two' }));
    expect(bench.standing).toEqual({ n1: 'one' });
    expect(bench.faults).toEqual(['a:6: Node/n1: is defined in a:2 as well: remove one of the two']);
    bench.read('a', nodes({ n1: 'three' }));
    bench.read('a', nodes({ n1: 'one' }) + nodes({ n1: 'two' }));
    expect(bench.standing).toEqual({ n1: 'three' });
  });

  it('passes an object that moves to another file on without a gap', () => {
    const bench = new Bench();
    bench.read('a', nodes({ n1: 'x' }));
    bench.table.fileVanished('a', 0);
    bench.read('b', nodes({ n1: 'y' }));
    bench.table.takeChanges();
    expect(bench.standing).toEqual({ n1: 'x' });
    bench.settleAt(CONFIRM);
    expect(bench.standing).toEqual({ n1: 'y' });
    expect(bench.table.takeChanges().map(({ document }) => document?.metadata.labels?.l)).toEqual(['y']);
  });

  describe('remembered objects', () => {
    const remembered = readDocuments(nodes({ n1: 'old' }), '.status/n1.yaml').objects;

    it('stand until every file can be read, and for the time of confirmation', () => {
      const bench = new Bench();
      bench.read('a', BROKEN);
      bench.table.remember(remembered);
      bench.settleAt(5 * CONFIRM);
      expect(bench.standing).toEqual({ n1: 'old' });
      bench.read('a', nodes({ n2: 'x' }));
      bench.table.settle(6 * CONFIRM, false, SURE);
      bench.settleAt(9 * CONFIRM);
      expect(bench.standing).toEqual({ n1: 'old', n2: 'x' });
      bench.settleAt(10 * CONFIRM);
      expect(bench.standing).toEqual({ n2: 'x' });
    });

    it('give way to a document at once, without a fault', () => {
      const bench = new Bench();
      bench.read('a', BROKEN);
      bench.table.remember(remembered);
      bench.read('b', nodes({ n1: 'new' }));
      expect(bench.standing).toEqual({ n1: 'new' });
      expect(bench.faults).toHaveLength(1);
      bench.table.fileVanished('b', 0);
      bench.table.fileVanished('a', 0);
      bench.settleAt(CONFIRM);
      bench.settleAt(2 * CONFIRM);
      expect(bench.standing).toEqual({});
    });
  });

  /**
   * The promise in the words of the design: an object goes only after each file that told of it has, for the whole time
   * of confirmation, been readable, without fault, and without it (or gone).
   */
  it('never loses an object in any other way', () => {
    const text = fc.oneof(
      fc
        .uniqueArray(fc.constantFrom('n1', 'n2', 'n3'))
        .map((names) => nodes(Object.fromEntries(names.map((n) => [n, 'x']))) || '# none\n'),
      fc.constantFrom(BROKEN, '', FAULTY, FAULTY + nodes({ n1: 'y' })),
    );
    const step = fc.record({
      file: fc.constantFrom('a', 'b'),
      wait: fc.integer({ min: 0, max: 700 }),
      what: fc.oneof(
        text.map((content) => ({ content })),
        fc.constantFrom('vanished' as const, 'unreadable' as const),
      ),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const bench = new Bench();
        /** For each file and name: since when the file has said without doubt that it does not hold it. */
        const absentSince = new Map<string, number>();
        const hold = (file: string, name: string): void => void absentSince.delete(`${file} ${name}`);
        const lack = (file: string, name: string): void => {
          if (!absentSince.has(`${file} ${name}`)) absentSince.set(`${file} ${name}`, bench.now);
        };
        const names = ['n1', 'n2', 'n3'];
        for (const file of ['a', 'b'])
          for (const name of names) absentSince.set(`${file} ${name}`, Number.NEGATIVE_INFINITY);
        const told = new Set<string>();
        for (const { file, wait, what } of steps) {
          bench.now += wait;
          if (what === 'vanished') {
            bench.table.fileVanished(file, bench.now);
            for (const name of names) if (told.has(`${file} ${name}`)) lack(file, name);
          } else if (what === 'unreadable') {
            bench.table.fileUnreadable(file, { file, message: 'cannot be read' });
            for (const name of names) if (told.has(`${file} ${name}`)) hold(file, name);
          } else {
            const read: DocumentsRead = readDocuments(what.content, file);
            const clean = read.faults.length === 0 && !read.blank;
            const held = new Set(read.wellFormed ? read.objects.map(({ object }) => object.metadata.name) : []);
            bench.read(file, what.content);
            for (const name of names) {
              if (held.has(name)) told.add(`${file} ${name}`);
              if (held.has(name) || (!clean && told.has(`${file} ${name}`))) hold(file, name);
              else lack(file, name);
            }
          }
          bench.settleAt(bench.now);
          for (const name of names) {
            const confirmed = ['a', 'b'].map((place) => {
              const since = absentSince.get(`${place} ${name}`) ?? Number.POSITIVE_INFINITY;
              if (since + CONFIRM <= bench.now) told.delete(`${place} ${name}`);
              return since + CONFIRM <= bench.now;
            });
            if (name in bench.standing) continue;
            expect(confirmed).toEqual([true, true]);
          }
        }
      }),
    );
  });
});
