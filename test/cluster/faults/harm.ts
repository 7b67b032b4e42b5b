import { setTimeout as sleep } from 'node:timers/promises';
import type { Daemon } from '../daemon.ts';
import { TIMING } from './timing.ts';

/** What is done to a program of the control plane, which runs again afterwards. */
export type Harm = (daemon: Daemon) => Promise<void>;

export const restartAfter =
  (signal: NodeJS.Signals): Harm =>
  async (daemon) => {
    await daemon.stop(signal);
    await sleep(500);
    daemon.start();
  };

/** Told to end, an API server takes nothing new and keeps the watches that there are, for longer than people wait. */
export const endInOrder: Harm = async (daemon) => {
  daemon.signal('SIGTERM');
  await sleep(2_000);
  await restartAfter('SIGKILL')(daemon);
};

/** For longer than a Lease lasts. */
export const freeze: Harm = async (daemon) => {
  daemon.signal('SIGSTOP');
  await sleep(TIMING.leaseDuration + 500);
  daemon.signal('SIGCONT');
};
