import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Service } from '../../../src/api/kubernetes/service.ts';
import type { Logger } from '../../../src/log/logger.ts';
import type { ApiRequest } from '../../../src/store/cluster/api-client.ts';
import { eventName } from '../../../src/store/cluster/event-object.ts';
import { EventRecorder, type EventRecorderOptions } from '../../../src/store/cluster/event-recorder.ts';
import { StoreError } from '../../../src/store/store.ts';
import { silentLogger } from './silent-logger.ts';

const PERIOD = 3_000;

function service(name = 'web'): Service {
  const metadata = { name, namespace: 'default', uid: `uid-${name}`, resourceVersion: '7' };
  return { apiVersion: 'v1', kind: 'Service', metadata };
}

const full = (object = service()) =>
  ({ object, type: 'Warning', reason: 'PoolExhausted', message: 'every pool is full' }) as const;
const given = (object = service()) =>
  ({ object, type: 'Normal', reason: 'Allocated', message: 'holds 192.0.2.1' }) as const;

describe('EventRecorder', () => {
  let requests: ApiRequest[];
  let answer: (request: ApiRequest) => Promise<unknown>;
  let idle: Promise<void>;
  let recorders: EventRecorder[];
  let logger: Logger;

  beforeEach(() => {
    vi.useFakeTimers();
    requests = [];
    answer = async () => ({});
    idle = Promise.resolve();
    recorders = [];
    logger = silentLogger;
  });
  afterEach(() => {
    for (const recorder of recorders) recorder.stop();
    vi.useRealTimers();
  });

  function recorder(options: Partial<EventRecorderOptions> = { repeatEvery: PERIOD }): EventRecorder {
    const made = new EventRecorder({
      client: {
        request: (request) => {
          requests.push(request);
          return answer(request);
        },
        idle: () => idle,
      },
      source: { component: 'berth-controller', instance: 'one' },
      logger,
      ...options,
    });
    recorders.push(made);
    return made;
  }

  const sent = () => requests.map(({ method, body }) => [method, (body as { count: number }).count]);
  const settle = () => vi.advanceTimersByTimeAsync(0);

  it('says once that events are forbidden, and again when they have been so anew', async () => {
    const warnings: string[] = [];
    logger = { ...silentLogger, warn: (message) => void warnings.push(message) };
    const forbidden = async () => Promise.reject(new StoreError('Forbidden', 'cannot create resource "events"'));
    const made = recorder();
    answer = forbidden;
    for (const name of ['a', 'b']) made.record(given(service(name)));
    await settle();
    expect(warnings).toEqual([expect.stringContaining('events cannot be written')]);
    answer = async () => ({});
    made.record(given(service('c')));
    await settle();
    answer = forbidden;
    made.record(given(service('d')));
    await settle();
    expect(warnings).toHaveLength(2);
    expect([made.sent, made.dropped]).toEqual([1, 3]);
  });

  it('tells a change once, where kubectl describe looks for it, on a lane of its own', async () => {
    recorder().record(given());
    await vi.advanceTimersByTimeAsync(2 * PERIOD);
    expect(requests).toHaveLength(1);
    const [{ path, lane, body }] = requests as [ApiRequest];
    expect([path, lane]).toEqual(['/api/v1/namespaces/default/events', 'event']);
    expect(body).toMatchObject({
      kind: 'Event',
      metadata: { name: expect.stringMatching(/^web\.[0-9a-f]{16}$/), namespace: 'default' },
      involvedObject: { kind: 'Service', name: 'web', namespace: 'default', uid: 'uid-web' },
      type: 'Normal',
      reason: 'Allocated',
      message: 'holds 192.0.2.1',
      count: 1,
      source: { component: 'berth-controller' },
    });
  });

  it('tells what goes on again in its time, as the same event with a count', async () => {
    recorder().record(full(), true);
    await vi.advanceTimersByTimeAsync(3.1 * PERIOD);
    expect(sent()).toEqual([
      ['POST', 1],
      ['PATCH', 2],
      ['PATCH', 3],
      ['PATCH', 4],
    ]);
    const [{ body }] = requests as [ApiRequest];
    const { name } = (body as { metadata: { name: string } }).metadata;
    expect(requests[1]?.path).toBe(`/api/v1/namespaces/default/events/${name}`);
  });

  it('does so every 30 minutes where nothing else is asked for', async () => {
    recorder({}).record(full(), true);
    await vi.advanceTimersByTimeAsync(30 * 60_000 - 1);
    expect(requests).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(31 * 60_000);
    expect(sent()).toEqual([
      ['POST', 1],
      ['PATCH', 2],
      ['PATCH', 3],
    ]);
  });

  it.each([
    { title: 'something else is told of the object', end: (it: EventRecorder) => it.record(given()), more: 1 },
    { title: 'it ends', end: (it: EventRecorder) => it.end(service()), more: 0 },
    { title: 'another process tells from now on', end: (it: EventRecorder) => it.clear(), more: 0 },
    { title: 'it is stopped', end: (it: EventRecorder) => it.stop(), more: 0 },
  ])('does not tell it again once $title', async ({ end, more }) => {
    const events = recorder();
    events.record(full(), true);
    await settle();
    end(events);
    await vi.advanceTimersByTimeAsync(2 * PERIOD);
    expect(requests).toHaveLength(1 + more);
  });

  it('tells within one period what went on before it began', async () => {
    const events = recorder();
    for (let number = 0; number < 100; number++) events.resume(full(service(`s${number}`)));
    await vi.advanceTimersByTimeAsync(PERIOD / 2);
    expect(requests.length).toBeGreaterThan(10);
    expect(requests.length).toBeLessThan(90);
    await vi.advanceTimersByTimeAsync(0.6 * PERIOD);
    expect(
      new Set(requests.map(({ body }) => (body as { involvedObject?: { name: string } }).involvedObject?.name)).size,
    ).toBeGreaterThanOrEqual(100);
  });

  it('makes an event anew that the server has forgotten', async () => {
    recorder().record(full(), true);
    await settle();
    answer = async ({ method }) => {
      if (method === 'PATCH') throw new StoreError('NotFound', 'gone');
      return {};
    };
    await vi.advanceTimersByTimeAsync(1.1 * PERIOD);
    expect(sent()).toEqual([
      ['POST', 1],
      ['PATCH', 2],
      ['POST', 1],
    ]);
  });

  it('goes on with the count of a former process, without the right to read it', async () => {
    answer = async ({ method }) => {
      if (method === 'POST') throw new StoreError('AlreadyExists', 'told before');
      return { count: 7 };
    };
    const events = recorder();
    events.record(full(), true);
    await vi.advanceTimersByTimeAsync(1.1 * PERIOD);
    expect(requests.map(({ method }) => method)).toEqual(['POST', 'PATCH', 'PATCH', 'PATCH']);
    const [created, takenOver, ...repeated] = requests.map(({ body }) => body);
    expect(created).toMatchObject({ count: 1, reportingInstance: 'one' });
    expect(takenOver).toEqual({ reportingInstance: 'one' });
    expect(repeated).toMatchObject([{ count: 8 }, { count: 9 }]);
    expect([events.sent, events.dropped]).toEqual([2, 0]);
  });

  it.each([
    ['object', { ...full(), object: service('other') }],
    ['object of the same name', { ...full(), object: { ...service(), metadata: { name: 'web', uid: 'another' } } }],
    ['reason', { ...full(), reason: 'NoPools' }],
    ['message', { ...full(), message: 'the pool is full' }],
    ['type', { ...full(), type: 'Normal' }],
  ] as const)('has another event for another %s, and the same for the same', (_, other) => {
    const source = { component: 'berth-controller' };
    expect(eventName(full(), source)).toBe(eventName(full(), source));
    expect(eventName(other, source)).not.toBe(eventName(full(), source));
  });

  it('waits while other writes are outstanding, and drops and counts what is too much', async () => {
    let release = () => {};
    idle = new Promise((resolve) => {
      release = resolve;
    });
    const events = recorder({ mostWaiting: 2 });
    for (const name of ['a', 'b', 'c', 'd']) events.record(given(service(name)));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(requests).toHaveLength(0);
    release();
    await settle();
    expect([requests.length, events.sent, events.dropped]).toEqual([2, 2, 2]);
  });

  it.each(['Forbidden', 'Invalid', 'NotFound', 'Conflict'] as const)(
    'drops and counts an event that the server answers with %s, and no other waits for that',
    async (code) => {
      answer = async ({ body }) => {
        if (JSON.stringify(body).includes('uid-a')) throw new StoreError(code, 'the namespace is being terminated');
        return {};
      };
      const events = recorder();
      for (const name of ['a', 'b', 'c']) events.record(given(service(name)));
      await settle();
      expect([requests.length, events.sent, events.dropped]).toEqual([3, 2, 1]);
    },
  );

  it('stays away for a while from a server that is too busy, and loses nothing then', async () => {
    answer = async () => {
      throw new StoreError('Unavailable', 'too busy');
    };
    const events = recorder();
    events.record(given(service('a')));
    events.record(given(service('b')));
    await vi.advanceTimersByTimeAsync(4_000);
    expect(requests).toHaveLength(1);
    answer = async () => ({});
    await vi.advanceTimersByTimeAsync(2_000);
    expect([requests.length, events.sent, events.dropped]).toEqual([3, 2, 0]);
  });

  it('drops what a server never takes, and what another process tells meanwhile', async () => {
    answer = async () => {
      throw new StoreError('Unavailable', 'out of reach');
    };
    const events = recorder();
    for (const name of ['a', 'b', 'c']) events.record(given(service(name)));
    await vi.advanceTimersByTimeAsync(16_000);
    expect([requests.length, events.sent, events.dropped]).toEqual([4, 0, 1]);
    events.clear();
    answer = async () => ({});
    await vi.advanceTimersByTimeAsync(60_000);
    expect([requests.length, events.sent]).toEqual([4, 0]);
  });

  it('puts an event about an object of no namespace into default, and cuts what the server would not take', async () => {
    const pool = { apiVersion: 'berth.dev/v1beta1', kind: 'IPAddressPool', metadata: { name: 'p'.repeat(253) } };
    recorder().record({ object: pool, type: 'Warning', reason: 'Deleting', message: 'x'.repeat(2000) });
    await settle();
    expect(requests[0]?.path).toBe('/api/v1/namespaces/default/events');
    const [{ body }] = requests as [ApiRequest];
    const { metadata, message } = body as { metadata: { name: string }; message: string };
    expect(metadata.name.length).toBeLessThanOrEqual(253);
    expect(message).toHaveLength(1024);
  });
});
