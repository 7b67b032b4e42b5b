import { describe, expect, it } from 'vitest';
import type { Lease } from '../../../src/api/kubernetes/lease.ts';
import { CommandError } from '../../../src/cli/exit-codes.ts';
import { controllerGone } from '../../../src/cli/uninstall/controller-lease.ts';

const LEASE = { namespace: 'berth-system', name: 'berth-controller' };

function lease(holderIdentity: string, renewed: number, leaseDurationSeconds = 15): Lease {
  const renewTime = new Date(renewed * 1000).toISOString();
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: LEASE,
    spec: { holderIdentity, renewTime, leaseDurationSeconds },
  };
}

/** Waits in a time of its own, in which the Lease is as the function says at each second. */
async function wait(stateAt: (second: number) => Lease | undefined, patience = 0) {
  let millis = 0;
  const told: string[] = [];
  const outcome = await controllerGone({
    store: { get: async () => stateAt(Math.floor(millis / 1000)) as never },
    lease: LEASE,
    patience,
    now: () => millis,
    sleep: async (duration) => {
      millis += duration;
    },
    onWait: (holder) => told.push(holder),
  }).then(
    () => 'gone',
    (error: unknown) => {
      expect(error).toBeInstanceOf(CommandError);
      return (error as Error).message;
    },
  );
  return { outcome, seconds: millis / 1000, told };
}

describe('controllerGone', () => {
  it.each<[string, (second: number) => Lease | undefined]>([
    ['there is no Lease', () => undefined],
    ['the Lease has been given up', () => lease('', 0)],
  ])('is at once where %s', async (_, stateAt) => {
    expect(await wait(stateAt)).toEqual({ outcome: 'gone', seconds: 0, told: [] });
  });

  it('is after its duration where nobody renews the Lease, however old it says that it is', async () => {
    expect(await wait(() => lease('pod-a_1', 1_000_000))).toEqual({ outcome: 'gone', seconds: 15, told: ['pod-a_1'] });
    expect((await wait(() => lease('pod-a_1', 0, 4))).seconds).toBe(4);
  });

  it('refuses as soon as the Lease is renewed, naming the holder and the remedy', async () => {
    const { outcome, seconds } = await wait((second) => lease('pod-a_1', Math.floor(second / 2)));
    expect(outcome).toMatch(/pod-a_1 runs: .* berth-system\/berth-controller, .*--replicas=0.*--force/);
    expect(seconds).toBe(2);
  });

  it('refuses where one replica follows another', async () => {
    expect((await wait((second) => lease(second < 5 ? 'pod-a_1' : 'pod-b_2', 0))).outcome).toMatch(/pod-b_2 runs/);
  });

  it('waits for one that stops in time, and for as long as it was told', async () => {
    const stopping = (second: number) => (second < 20 ? lease('pod-a_1', second) : lease('', second));
    expect(await wait(stopping, 60_000)).toEqual({ outcome: 'gone', seconds: 20, told: ['pod-a_1'] });
    expect(await wait((second) => lease('pod-a_1', second), 60_000)).toMatchObject({ seconds: 60 });
  });
});
