import { setTimeout as sleep } from 'node:timers/promises';
import { KINDS } from '../../api/kinds.ts';
import type { KubernetesObject } from '../../api/object.ts';
import { type Controller, startController } from '../../controller/controller.ts';
import { buildPlan, type Plan, type PlanInput } from '../../explain/plan.ts';
import { openRegistry } from '../../http/metrics.ts';
import type { Logger, LogLevel } from '../../log/logger.ts';
import { openDirectoryStore } from '../../store/directory/open-directory-store.ts';
import { formatFault } from '../../store/directory/source-fault.ts';
import type { Store } from '../../store/store.ts';
import type { CommandContext } from '../context.ts';
import { Teardown } from '../daemon/teardown.ts';
import { CommandError } from '../exit-codes.ts';
import { changesText } from '../plan/plan-table.ts';
import type { KnowingLeadership } from './knowing-leadership.ts';
import { openLeadership } from './leadership.ts';
import type { StandaloneSettings } from './settings.ts';

/** How long to wait for the right to allocate, and for all to be written. Milliseconds. */
const PATIENCE = 15_000;

/**
 * Allocates once in a directory store, with the controller itself, waits until the status is written, and prints which
 * Services changed.
 *
 * @param logLevel what the logger shows
 * @throws CommandError when another process allocates, when what is in use cannot be told, when the status cannot be
 *   written, or, after everything else was done, when files have faults.
 */
export async function allocateOnce(
  context: Pick<CommandContext, 'stdout' | 'stderr' | 'version'>,
  settings: StandaloneSettings,
  logger: Logger,
  logLevel: LogLevel,
): Promise<void> {
  const { directory, stateDirectory, loadBalancerClass, shared, reserved } = settings;
  const teardown = new Teardown(logger);
  try {
    const store = await openDirectoryStore({ directory, stateDirectory, logger, installDefaults: true });
    teardown.add('store', () => store.close());
    const leadership = openLeadership(settings, store, logger);
    teardown.add('lock', () => leadership.stop());
    await lead(leadership, directory);
    await store.pruneOrphans();
    const given = { loadBalancerClass, ownCopy: !shared, reserved };
    const plan = await planOf(store, given);
    const registry = openRegistry(context.version);
    const controller = startController({ store, leadership, logger, registry, ...given });
    teardown.add('controller', () => controller.stop());
    await settle(controller);
    context.stdout.write(changesText(plan));
    const faults = store.faults();
    if (faults.length === 0) return;
    // The log has told of each as a warning.
    if (logLevel === 'error') for (const fault of faults) context.stderr.write(`${formatFault(fault)}\n`);
    throw new CommandError(`${faults.length} fault${faults.length > 1 ? 's' : ''} in ${directory}: see above`);
  } finally {
    await teardown.run();
  }
}

/**
 * Waits until this process has the right to allocate in a folder.
 *
 * @throws CommandError naming the process that keeps it, after so many milliseconds.
 */
export async function lead(
  leadership: KnowingLeadership,
  directory: string,
  patience: number = PATIENCE,
): Promise<void> {
  const obstacles = leadership.obstacles();
  if (obstacles.length > 0) throw new CommandError(obstacles.join('\n'));
  const leads = new Promise<void>((resolve, reject) => {
    leadership.onChange((held) => held && resolve());
    leadership.onFailure((failure) => reject(new CommandError(failure)));
  });
  leadership.start();
  await inTime(leads, patience, () => {
    const holder = leadership.incumbent() ?? 'another process';
    return `${holder} allocates in ${directory}: leave it to that process, or stop it first`;
  });
}

function settle(controller: Controller): Promise<void> {
  return inTime(controller.settled(), PATIENCE, () => 'the status could not be written: the log says why');
}

/** @throws CommandError with the message when the promise takes too long, or what the promise rejects with */
async function inTime(promise: Promise<void>, millis: number, message: () => string): Promise<void> {
  const patience = new AbortController();
  const late = sleep(millis, 'late' as const, { signal: patience.signal }).catch(() => undefined);
  try {
    if ((await Promise.race([promise, late])) === 'late') throw new CommandError(message());
  } finally {
    patience.abort();
  }
}

/** What is about to be decided for the objects of a store, by the code that decides. */
async function planOf(
  store: Store,
  given: Pick<PlanInput, 'loadBalancerClass' | 'ownCopy' | 'reserved'>,
): Promise<Plan> {
  const objects: KubernetesObject[] = [];
  for (const kind of KINDS) objects.push(...(await store.list(kind)));
  return buildPlan({ objects, deleted: [], evict: false, ...given });
}
