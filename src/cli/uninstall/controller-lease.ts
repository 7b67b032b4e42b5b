import { type Lease, LeaseKind } from '../../api/kubernetes/lease.ts';
import { keyText, type ObjectKey } from '../../api/object.ts';
import type { Store } from '../../store/store.ts';
import { CommandError } from '../exit-codes.ts';

/** Milliseconds between two looks at the Lease. A controller renews it every 2 s. */
const LOOK_EVERY = 500;
/** Seconds after which a Lease that does not say so itself has run out (client-go's default). */
const DEFAULT_DURATION = 15;

/** How the Lease of the controllers is waited for. Times are in milliseconds. */
export interface LeaseWait {
  readonly store: Pick<Store, 'get'>;
  readonly lease: ObjectKey;
  /** How long a controller that runs is given to stop. */
  readonly patience: number;
  /** Monotonic. */
  readonly now: () => number;
  readonly sleep: (millis: number) => Promise<void>;
  /** Told once, when there is something to wait for. */
  readonly onWait: (holder: string) => void;
}

/**
 * Waits until no controller holds the Lease: one that ran would put back at once what is cleared. As others who contend
 * for it do, it goes by whether the Lease changes, and compares no clocks: one that has not changed for its duration has
 * been left behind.
 *
 * @throws CommandError naming the holder, where it still runs when the patience ends.
 */
export async function controllerGone({ store, lease, patience, now, sleep, onWait }: LeaseWait): Promise<void> {
  const began = now();
  let seen: { readonly sign: string; readonly since: number } | undefined;
  let isAlive = false;
  for (;;) {
    const current = await store.get(LeaseKind, lease);
    const holder = current?.spec?.holderIdentity;
    if (!current || !holder) return;
    const sign = signOf(current);
    if (seen === undefined) onWait(holder);
    else if (sign !== seen.sign) isAlive = true;
    if (sign !== seen?.sign) seen = { sign, since: now() };
    const duration = (current.spec?.leaseDurationSeconds ?? DEFAULT_DURATION) * 1000;
    if (now() - seen.since >= duration) return;
    if (isAlive && now() - began >= patience) throw stillHeld(holder, lease);
    await sleep(LOOK_EVERY);
  }
}

function signOf({ spec }: Lease): string {
  return JSON.stringify([spec?.holderIdentity, spec?.renewTime, spec?.leaseTransitions]);
}

function stillHeld(holder: string, lease: ObjectKey): CommandError {
  return new CommandError(
    `the controller ${holder} runs: it renews the Lease ${keyText(lease)}, and would put back what is cleared: ` +
      `stop it first (kubectl -n ${lease.namespace} scale deployment berth-controller --replicas=0), ` +
      'wait for it with --wait 1m, or give --force',
  );
}
