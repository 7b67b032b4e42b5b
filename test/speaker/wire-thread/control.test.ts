import { beforeEach, describe, expect, it } from 'vitest';
import type { Logger } from '../../../src/log/logger.ts';
import type { Assignment, ToWire } from '../../../src/speaker/wire/messages.ts';
import { WireControl, type WireThreadListener } from '../../../src/speaker/wire-thread/control.ts';
import { ManualClock, settle } from '../manual-clock.ts';

const silent = () => {};
const logger: Logger = { error: silent, warn: silent, info: silent, debug: silent, with: () => logger };
const assignment: Assignment = { ownMacs: [], speakerMacs: [], loopback: false, alone: true, segments: [] };
const held = [{ segment: '192.0.2.0/24', addresses: [{ address: '192.0.2.50', moves: [] }] }];
const begin = { type: 'begin', node: 'n1', held: [] };

let clock: ManualClock;
/** Every worker started so far. */
let workers: { readonly listener: WireThreadListener; readonly heard: ToWire[]; terminated: boolean }[];
let losses: number;
let control: WireControl;
let assigned: Assignment | undefined;

beforeEach(() => {
  clock = new ManualClock();
  workers = [];
  losses = 0;
  assigned = undefined;
  control = new WireControl({
    start: (listener) => {
      const worker = { listener, heard: [] as ToWire[], terminated: false };
      workers.push(worker);
      return {
        post: (message) => worker.heard.push(message),
        terminate: () => {
          worker.terminated = true;
        },
      };
    },
    clock,
    logger,
    beginning: { node: 'n1', held: [] },
    assignment: () => assigned,
    onMessage: silent,
    onLost: () => {
      losses += 1;
    },
  });
});

describe('WireControl', () => {
  it('gives a sign of life every two seconds', () => {
    clock.advance(6000);
    expect(workers[0]?.heard).toEqual([begin, { type: 'alive' }, { type: 'alive' }, { type: 'alive' }]);
  });

  it('starts a worker anew with what should be on the wire by then and with what it answered for, more slowly each time', () => {
    assigned = assignment;
    workers[0]?.listener.onMessage({ type: 'held', held });
    workers[0]?.listener.onEnd('crashed');
    expect(losses).toBe(1);
    clock.advance(100);
    expect(workers[1]?.heard).toEqual([
      { ...begin, held },
      { type: 'assign', ...assignment },
    ]);
    workers[1]?.listener.onEnd('crashed');
    clock.advance(199);
    expect(workers).toHaveLength(2);
    clock.advance(1);
    expect(workers).toHaveLength(3);
  });

  it('stops when the worker has stopped', async () => {
    let isCaredFor: boolean | undefined;
    const stopping = control.stop('Restart').then((value) => {
      isCaredFor = value;
    });
    expect(workers[0]?.heard).toEqual([begin, { type: 'stop', reason: 'Restart' }]);
    workers[0]?.listener.onMessage({ type: 'stopped', isCaredFor: true });
    await settle();
    expect(isCaredFor).toBeUndefined();
    workers[0]?.listener.onEnd('exit code 0');
    await stopping;
    expect(isCaredFor).toBe(true);
    expect([losses, workers.length, clock.pending]).toEqual([0, 1, 0]);
  });

  it('ends a worker that does not stop in 6 s', async () => {
    const stopping = control.stop('Leave');
    clock.advance(6000);
    expect(await stopping).toBe(false);
    expect(workers[0]?.terminated).toBe(true);
  });

  it('does not start a worker anew after it was stopped', async () => {
    workers[0]?.listener.onEnd('crashed');
    await control.stop('Leave');
    clock.advance(60_000);
    expect(workers).toHaveLength(1);
  });
});
