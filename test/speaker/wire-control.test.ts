import { beforeEach, describe, expect, it } from 'vitest';
import type { Logger } from '../../src/log/logger.ts';
import { WireControl, type WireThreadListener } from '../../src/speaker/wire-control.ts';
import type { Assignment, ToWire } from '../../src/speaker/wire-messages.ts';
import { ManualClock, settle } from './manual-clock.ts';

const silent = () => {};
const logger: Logger = { error: silent, warn: silent, info: silent, debug: silent, with: () => logger };
const assignment: Assignment = { ownMacs: [], speakerMacs: [], loopback: false, addresses: [], peers: [] };

let clock: ManualClock;
/** Every worker started so far. */
let workers: { readonly listener: WireThreadListener; readonly heard: ToWire[]; terminated: boolean }[];
let losses: number;
let control: WireControl;

beforeEach(() => {
  clock = new ManualClock();
  workers = [];
  losses = 0;
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
    onMessage: silent,
    onLost: () => {
      losses += 1;
    },
  });
});

describe('WireControl', () => {
  it('gives a sign of life every second', () => {
    clock.advance(3000);
    expect(workers[0]?.heard).toEqual([{ type: 'alive' }, { type: 'alive' }, { type: 'alive' }]);
  });

  it('starts a worker anew with the last assignment, more slowly each time', () => {
    control.assign(assignment);
    workers[0]?.listener.onEnd('crashed');
    expect(losses).toBe(1);
    clock.advance(100);
    expect(workers[1]?.heard).toEqual([{ type: 'assign', ...assignment }]);
    workers[1]?.listener.onEnd('crashed');
    clock.advance(199);
    expect(workers).toHaveLength(2);
    clock.advance(1);
    expect(workers).toHaveLength(3);
  });

  it('stops when the worker has stopped', async () => {
    let stopped = false;
    const stopping = control.stop().then(() => {
      stopped = true;
    });
    expect(workers[0]?.heard).toEqual([{ type: 'stop' }]);
    await settle();
    expect(stopped).toBe(false);
    workers[0]?.listener.onEnd('exit code 0');
    await stopping;
    expect([losses, workers.length, clock.pending]).toEqual([0, 1, 0]);
  });

  it('ends a worker that does not stop in 2 s', async () => {
    const stopping = control.stop();
    clock.advance(2000);
    await stopping;
    expect(workers[0]?.terminated).toBe(true);
  });

  it('does not start a worker anew after it was stopped', async () => {
    workers[0]?.listener.onEnd('crashed');
    await control.stop();
    clock.advance(60_000);
    expect(workers).toHaveLength(1);
  });
});
