import { describe, expect, it } from 'vitest';
import { Reflector } from '../../../src/store/cluster/reflector.ts';
import { DEFAULT_TIMING } from '../../../src/store/cluster/reflector-protocol.ts';
import { Driven, failure, HALF } from './driven-reflector.ts';

function change(version: string, type = 'ADDED') {
  return { type, object: { metadata: { name: 'web', resourceVersion: version } } };
}

/** One that has listed and whose watch is open. */
function watching(isSelective = false): Driven {
  const driven = new Driven(isSelective);
  driven.page('10');
  driven.opened();
  return driven;
}

/** One in each of the states in which something is under way or to come. */
const STATES = [
  { title: 'while it lists', make: () => new Driven() },
  { title: 'between two pages', make: () => after(new Driven(), (driven) => driven.page('10', 'more')) },
  { title: 'while it watches', make: () => watching() },
  { title: 'while it waits', make: () => after(watching(), (driven) => driven.ended(failure(500))) },
];

function after(driven: Driven, step: (driven: Driven) => void): Driven {
  step(driven);
  return driven;
}

describe('listing', () => {
  it('asks page by page, hands each on, and watches from where the list ends', () => {
    const driven = new Driven();
    expect(driven.actions).toEqual([
      { do: 'list', attempt: 1, position: { next: undefined, isWhole: false }, isSelective: false },
    ]);
    expect(driven.page('10', 'more')).toEqual([
      { do: 'take', items: [], isFirst: true, isLast: false },
      { do: 'list', attempt: 2, position: { next: 'more', isWhole: false }, isSelective: false },
    ]);
    expect(driven.page('10')).toEqual([
      { do: 'take', items: [], isFirst: false, isLast: true },
      { do: 'watch', attempt: 3, resourceVersion: '10', timeoutSeconds: 450, isSelective: false },
    ]);
  });

  it.each([
    { title: 'a server that is broken', error: failure(500), next: 'more', isWhole: false, wait: 1200 },
    { title: 'a broken connection', error: failure(undefined), next: 'more', isWhole: false, wait: 1200 },
    { title: 'one that is too busy', error: failure(429, 8000), next: 'more', isWhole: false, wait: 9000 },
    { title: 'a page of a forgotten state', error: failure(410), next: undefined, isWhole: true, wait: 1200 },
    { title: 'a page that is refused', error: failure(400), next: undefined, isWhole: false, wait: 1200 },
  ])('goes on after $title', ({ error, next, isWhole, wait }) => {
    const driven = new Driven();
    driven.page('10', 'more');
    expect(driven.ended(error)).toMatchObject([{ do: 'report', retryIn: wait }]);
    expect(driven.reflector.dueAt).toBe(wait);
    expect(driven.untilDue()).toMatchObject([{ do: 'list', position: { next, isWhole } }]);
  });

  it('does without the field selector where the server refuses it, and stays without', () => {
    const driven = new Driven(true);
    expect(driven.actions).toMatchObject([{ do: 'list', isSelective: true }]);
    expect(driven.ended(failure(400))).toMatchObject([{ do: 'report' }, { do: 'list', isSelective: false }]);
    expect(driven.page('10')).toMatchObject([{ do: 'take' }, { do: 'watch', isSelective: false }]);
    expect(driven.reflector.isSelective).toBe(false);
  });

  it('waits longer with each failure, at most half a minute', () => {
    const driven = new Driven();
    const waits = Array.from({ length: 8 }, () => {
      driven.ended(failure(500));
      const wait = (driven.reflector.dueAt ?? 0) - driven.now;
      driven.untilDue();
      return wait;
    });
    expect(waits).toEqual([1200, 2000, 3600, 6800, 13_200, 15_400, 15_400, 15_400]);
    const most = new Reflector({ isSelective: false, isInstalled: false });
    most.step({ type: 'start' }, 0, 0);
    most.step({ type: 'ended', attempt: 1, error: failure(500) }, 0, 0);
    expect(most.dueAt).toBe(800);
  });
});

describe('a kind that the server does not have', () => {
  const refusals = (driven: Driven, count: number) =>
    Array.from({ length: count }, () => {
      const [report] = driven.ended(failure(404));
      driven.untilDue();
      return report?.do === 'report' ? [report.isMissing, report.retryIn] : undefined;
    });

  it('is missing at once where nobody has installed it', () => {
    expect(refusals(new Driven(), 3)).toEqual([
      [true, 1200],
      [true, 2000],
      [true, 3600],
    ]);
  });

  it('is looked for ten times, about once a second, where it was installed, and missing only then', () => {
    const driven = new Driven(false, true);
    expect(refusals(driven, 10)).toEqual(Array.from({ length: 10 }, () => [false, 1200]));
    expect(refusals(driven, 2)).toEqual([
      [true, 1200],
      [true, 2000],
    ]);
    // It is there for once, and a new list finds it gone.
    driven.page('10');
    driven.ended(failure(410));
    driven.untilDue();
    expect(refusals(driven, 1)).toEqual([[false, 1200]]);
  });
});

describe('watching', () => {
  it('hands on changes, and remembers how far it is, by bookmarks too', () => {
    const driven = watching();
    expect(driven.message(change('11'))).toEqual([{ do: 'change', ...change('11') }]);
    expect(driven.message(change('12', 'DELETED'))).toMatchObject([{ do: 'change', type: 'DELETED' }]);
    expect(driven.message(change('20', 'BOOKMARK'))).toEqual([]);
    driven.now += DEFAULT_TIMING.steadyAfter;
    expect(driven.ended()).toMatchObject([{ do: 'watch', resourceVersion: '20' }]);
  });

  it.each([
    { title: 'ended at once by the server', end: (driven: Driven) => driven.ended() },
    { title: 'answered with 500', end: (driven: Driven) => driven.ended(failure(500)) },
    { title: 'reset', end: (driven: Driven) => driven.ended(failure(undefined)) },
    {
      title: 'ended by an ERROR event',
      end: (driven: Driven) => driven.message({ type: 'ERROR', object: { kind: 'Status', code: 500 } }),
    },
    { title: 'sending what is no event', end: (driven: Driven) => driven.message('?') },
    {
      title: 'sending an event without a version',
      end: (driven: Driven) => driven.message({ type: 'ADDED', object: {} }),
    },
    { title: 'sending an unknown event', end: (driven: Driven) => driven.message(change('11', 'RENAMED')) },
  ])('waits, then watches from where it was, when $title', ({ end }) => {
    const driven = watching();
    end(driven);
    expect(driven.names()).toContain('report');
    expect(driven.reflector.dueAt).toBe(1200);
    expect(driven.untilDue()).toMatchObject([{ do: 'watch', resourceVersion: '10' }]);
  });

  it('repeats nothing of an object in what it says of an event that it does not understand', () => {
    const driven = watching();
    driven.message({ type: 'RENAMED', object: { data: { password: 'aHVudGVyMg==' }, ...change('11').object } });
    const [, report] = driven.actions;
    expect(report).toMatchObject({ do: 'report', reason: 'a watch event that is not understood, of type "RENAMED"' });
    expect(JSON.stringify(driven.actions)).not.toContain('aHVudGVyMg');
  });

  it.each([
    { title: 'a 410', end: (driven: Driven) => driven.ended(failure(410)) },
    { title: 'the reason Expired', end: (driven: Driven) => driven.ended(failure(500, undefined, 'Expired')) },
    {
      title: 'an ERROR event with 410',
      end: (driven: Driven) =>
        driven.message({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } }),
    },
  ])('waits, then lists again, after $title', ({ end }) => {
    const driven = watching();
    end(driven);
    expect(driven.reflector.dueAt).toBe(1200);
    expect(driven.untilDue()).toMatchObject([{ do: 'list', position: { next: undefined } }]);
    driven.page('30');
    driven.ended(failure(410));
    expect(driven.reflector.dueAt).toBe(1200 + 2000);
  });

  it('lists again after six watches in a row that did not last', () => {
    const driven = watching();
    const starts = Array.from({ length: 6 }, () => {
      driven.ended(failure(504));
      return driven.untilDue()[0]?.do;
    });
    expect(starts).toEqual(['watch', 'watch', 'watch', 'watch', 'watch', 'list']);
  });

  it('forgives failures once a watch has lasted', () => {
    const driven = watching();
    for (let count = 0; count < 4; count++) {
      driven.ended(failure(500));
      driven.untilDue();
    }
    driven.opened();
    driven.now += DEFAULT_TIMING.steadyAfter;
    driven.ended(failure(500));
    expect((driven.reflector.dueAt ?? 0) - driven.now).toBe(1200);
  });

  it('gives up on a watch that is not accepted, on one that falls silent, and on one that does not end', () => {
    const unanswered = new Driven();
    unanswered.page('10');
    expect(unanswered.reflector.dueAt).toBe(DEFAULT_TIMING.openWithin);
    unanswered.untilDue();
    expect(unanswered.names()).toEqual(['abandon', 'report']);

    const silent = watching();
    silent.now = 60_000;
    silent.message(change('11', 'BOOKMARK'));
    expect(silent.reflector.dueAt).toBe(60_000 + DEFAULT_TIMING.silentFor);
    silent.untilDue();
    expect(silent.names()).toEqual(['abandon', 'report']);

    const endless = watching();
    for (; endless.now <= 450_000; endless.now += 60_000) endless.message(change('11', 'BOOKMARK'));
    expect(endless.reflector.dueAt).toBe(450_000 + DEFAULT_TIMING.grace);
    endless.untilDue();
    expect(endless.names()).toEqual(['abandon', 'report']);
  });

  it('finds a server that vanished before its first bookmark as soon as one that vanished after it', () => {
    const vanished = watching();
    expect(vanished.reflector.dueAt).toBe(DEFAULT_TIMING.silentFor);
    expect(vanished.untilDue()).toMatchObject([{ do: 'abandon' }, { do: 'report' }]);
    vanished.untilDue();
    vanished.opened();
    vanished.message(change('11', 'BOOKMARK'));
    expect((vanished.reflector.dueAt ?? 0) - vanished.now).toBe(DEFAULT_TIMING.silentFor);
  });

  it('bears the silence of a server that sends no bookmarks, once that has shown', () => {
    const driven = watching();
    driven.untilDue();
    driven.untilDue();
    driven.opened();
    expect((driven.reflector.dueAt ?? 0) - driven.now).toBe(450_000 + DEFAULT_TIMING.grace);
  });

  it('does nothing when called before its time', () => {
    const driven = watching();
    driven.now = 1000;
    expect(driven.step({ type: 'tick' })).toEqual([]);
    driven.ended(failure(500));
    expect(driven.step({ type: 'tick' })).toEqual([]);
  });
});

describe('refreshing', () => {
  it.each(STATES)('gives up what is under way and lists all from now, $title', ({ make }) => {
    const driven = make();
    const former = driven.attempt;
    expect(driven.step({ type: 'refresh' })).toMatchObject([
      { do: 'abandon' },
      { do: 'list', position: { next: undefined, isWhole: false } },
    ]);
    const page = { items: [], next: undefined, resourceVersion: '11' };
    expect(driven.step({ type: 'page', attempt: former, page })).toEqual([]);
    expect(driven.page('12').at(-1)).toMatchObject({ do: 'watch', resourceVersion: '12' });
  });

  it('is for one that has started and has not stopped', () => {
    const reflector = new Reflector({ isSelective: false, isInstalled: false });
    expect(reflector.step({ type: 'refresh' }, 0, HALF)).toEqual([]);
    const driven = watching();
    driven.step({ type: 'stop' });
    expect(driven.step({ type: 'refresh' })).toEqual([]);
  });
});

describe('stopping', () => {
  it.each(STATES)('abandons what is under way and begins nothing more, $title', ({ make }) => {
    const driven = make();
    expect(driven.step({ type: 'stop' })).toEqual([{ do: 'abandon' }]);
    expect(driven.reflector.dueAt).toBeUndefined();
    driven.now = 1e9;
    expect(driven.step({ type: 'tick' })).toEqual([]);
    expect(driven.page('11')).toEqual([]);
    expect(driven.ended()).toEqual([]);
    expect(driven.step({ type: 'start' })).toEqual([]);
    expect(driven.step({ type: 'stop' })).toEqual([]);
  });

  it('ignores the outcomes of requests that were given up', () => {
    const driven = watching();
    const [list, watch] = [1, 2];
    driven.message('?');
    driven.untilDue();
    const { dueAt } = driven.reflector;
    const page = { items: [], next: undefined, resourceVersion: '99' };
    expect(driven.step({ type: 'page', attempt: list, page })).toEqual([]);
    expect(driven.step({ type: 'opened', attempt: watch })).toEqual([]);
    expect(driven.step({ type: 'message', attempt: watch, message: change('11') })).toEqual([]);
    expect(driven.step({ type: 'ended', attempt: watch, error: failure(500) })).toEqual([]);
    expect(driven.reflector.dueAt).toBe(dueAt);
  });

  it('starts once', () => {
    expect(new Driven().step({ type: 'start' })).toEqual([]);
  });
});
