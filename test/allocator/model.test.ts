import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Allocator } from '../../src/allocator/allocator.ts';
import { formatAddress } from '../../src/ip/address.ts';
import { keyFor } from './builders.ts';
import { Model } from './model.ts';
import {
  addressOf,
  anyPools,
  anyService,
  type Event,
  type ModelPool,
  poolObject,
  serviceObject,
} from './model-objects.ts';

const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ pools: anyPools }) },
  { weight: 4, arbitrary: fc.record({ put: fc.array(anyService, { minLength: 1, maxLength: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ remove: anyService.map(({ name }) => name) }) },
);

/** What happens before the next decision. */
const anyEvents = fc.array(anyEvent, { minLength: 1, maxLength: 3 });

/** The allocator and the model, given the same events. */
class Pair {
  readonly allocator = new Allocator();
  readonly model = new Model();

  tell(event: Event): void {
    if ('pools' in event) {
      this.allocator.configure({ pools: event.pools.map(poolObject) });
      this.model.configure(event.pools);
    } else if ('put' in event) {
      for (const service of event.put) {
        this.allocator.put(serviceObject(service));
        this.model.put(service);
      }
    } else {
      this.allocator.remove(keyFor(event.remove));
      this.model.remove(event.remove);
    }
  }

  settle(): void {
    this.allocator.settle();
    this.model.settle();
  }

  /** What the allocator says, in the words of the model. */
  said(): Readonly<Record<string, unknown>> {
    const said = [...this.allocator.verdicts()].map((verdict) => {
      const addresses = verdict.addresses.map((address) => addressOf(formatAddress(address)));
      const passedOver = Object.fromEntries(verdict.passedOver.map(({ pool, reason }) => [pool, reason]));
      const name = verdict.service.replace(/^default\//, '');
      return [
        name,
        { addresses, reason: verdict.reason, passedOver: verdict.reason === 'Allocated' ? {} : passedOver },
      ];
    });
    return Object.fromEntries(said);
  }

  retained(): readonly string[] {
    return this.allocator
      .poolReports()
      .flatMap(({ name, retained }) =>
        retained.map(({ address, service }) => `${name} ${addressOf(address)} ${service.replace(/^default\//, '')}`),
      );
  }
}

/** Milliseconds: the model is slow, and machines are busy at times. */
const PATIENCE = 60_000;

describe('the allocator', () => {
  it(
    'says what the naive model says, whatever happens',
    () => {
      fc.assert(
        fc.property(fc.array(anyEvents, { minLength: 1, maxLength: 8 }), (turns) => {
          const pair = new Pair();
          let pools: readonly ModelPool[] = [];
          for (const events of turns) {
            for (const event of events) {
              if ('pools' in event) pools = event.pools;
              pair.tell(event);
            }
            pair.settle();
            expect(pair.said()).toEqual(Object.fromEntries(pair.model.verdicts));
            const known = pair.model.retained().filter((line) => pools.some(({ name }) => line.startsWith(`${name} `)));
            expect([...pair.retained()].sort()).toEqual([...known].sort());
          }
        }),
        { numRuns: 300 },
      );
    },
    PATIENCE,
  );
});
