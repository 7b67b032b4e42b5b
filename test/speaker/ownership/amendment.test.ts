import { expect, it } from 'vitest';
import type { OwnershipAction, OwnershipEvent, PlannedAddress } from '../../../src/speaker/ownership/protocol.ts';
import { SegmentOwnership } from '../../../src/speaker/ownership/segment-ownership.ts';
import { macOf } from './world.ts';

const peers = ['n2', 'n3'].map((node) => ({ node, mac: macOf(node) }));
const plannedFor = (address: string, candidates: readonly string[]): PlannedAddress => {
  return { address, candidates, holdOff: 0, draining: false };
};
const first = plannedFor('192.0.2.61', ['n1']);
const second = plannedFor('192.0.2.62', ['n1', 'n2']);
const elsewhere = plannedFor('192.0.2.62', ['n2']);

/** All that n1 does when it is told these, 5 s apart. */
function doneBy(events: readonly OwnershipEvent[]): readonly OwnershipAction[] {
  const core = new SegmentOwnership({ node: 'n1', mac: macOf('n1'), boot: 1, held: [] }, 0);
  const done: OwnershipAction[] = [];
  for (const [index, event] of events.entries()) {
    done.push(...core.step(event, index * 5_000));
    while (core.dueAt < (index + 1) * 5_000)
      done.push(...core.step({ type: 'tick' }, Math.max(core.dueAt, index * 5_000)));
  }
  return done;
}

const whole = (...addresses: readonly PlannedAddress[]): OwnershipEvent => ({
  type: 'plan',
  plan: { addresses, peers },
});
const amended = (planned: readonly PlannedAddress[], released: readonly string[]): OwnershipEvent => {
  return { type: 'amend', amendment: { planned, released } };
};

it('does by amendments what it does by whole plans', () => {
  const done = doneBy([whole(first), amended([second], []), amended([elsewhere], [first.address, '192.0.2.99'])]);
  expect(done).toEqual(doneBy([whole(first), whole(first, second), whole(elsewhere)]));
  const reports = done.flatMap((action) => (action.do === 'report' ? [`${action.address} ${action.role}`] : []));
  expect(reports.slice(0, 4)).toEqual(
    [first, second].flatMap(({ address }) => [`${address} Placing`, `${address} Owner`]),
  );
  expect(reports).toContain(`${first.address} Standby`);
});
