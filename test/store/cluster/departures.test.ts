import { describe, expect, it, vi } from 'vitest';
import { ServiceKind } from '../../../src/api/kubernetes/service.ts';
import { Departures } from '../../../src/store/cluster/departures.ts';
import { KnownObjects } from '../../../src/store/cluster/known-objects.ts';

const KEY = 'default/web';

function value(version: string, uid = 'u1') {
  return { metadata: { name: 'web', namespace: 'default', uid, resourceVersion: version } };
}

/** The objects known, and a server whose answers the test gives. */
function setUp() {
  const known = new KnownObjects(ServiceKind, () => {});
  known.put(value('1'));
  const told: string[] = [];
  const answers: ((answer: unknown) => void)[] = [];
  const departures = new Departures({
    known,
    get: () => new Promise((resolve) => answers.push(resolve)),
    onState: (state) => told.push(`state ${(state as ReturnType<typeof value>).metadata.resourceVersion}`),
    onGone: (key) => told.push(`gone ${key}`),
    onFailure: () => {},
  });
  const answer = async (state: unknown) => {
    await vi.waitFor(() => expect(answers.length).toBeGreaterThan(0));
    answers.shift()?.(state);
    await new Promise(setImmediate);
  };
  return { departures, told, answers, answer };
}

describe('Departures', () => {
  it('tells what was removed from what has only left the selection', async () => {
    const { departures, told, answer } = setUp();
    departures.add(KEY);
    await answer(value('2'));
    expect(told).toEqual(['state 2']);
    departures.add(KEY);
    await answer(undefined);
    expect(told).toEqual(['state 2', `gone ${KEY}`]);
  });

  it('takes another object of the same name for a removal', async () => {
    const { departures, told, answer } = setUp();
    departures.add(KEY);
    await answer(value('2', 'u2'));
    expect(told).toEqual([`gone ${KEY}`]);
  });

  it('does not believe an answer that the watch has overtaken', async () => {
    const { departures, told, answer, answers } = setUp();
    departures.add(KEY);
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    departures.cancel(KEY);
    await answer(undefined);
    expect(told).toEqual([]);
  });

  it('looks again at strays, and only at them', async () => {
    const { departures, told, answer, answers } = setUp();
    departures.lookAgain(KEY);
    departures.lookAgainAtAll();
    expect(answers).toEqual([]);
    departures.add(KEY);
    await answer(value('2'));
    departures.lookAgain(KEY);
    await answer(value('3'));
    departures.lookAgainAtAll();
    await answer(undefined);
    departures.lookAgain(KEY);
    expect(answers).toEqual([]);
    expect(told).toEqual(['state 2', 'state 3', `gone ${KEY}`]);
  });

  it('tells nothing after it was stopped', async () => {
    const { departures, told, answer, answers } = setUp();
    departures.add(KEY);
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    departures.stop();
    await answer(undefined);
    expect(told).toEqual([]);
  });
});
