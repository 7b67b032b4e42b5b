import type { CommandContext } from '../context.ts';
import { assertMaySpeak, NET_ADMIN, NET_RAW } from '../daemon/capabilities.ts';
import { ServedDaemon } from '../daemon/daemon.ts';
import { ServedSecurity } from '../daemon/http-security.ts';
import { daemonLogger } from '../daemon/logger.ts';
import { becomeOnlySpeaker } from '../daemon/only-speaker.ts';
import { runDaemon } from '../daemon/run.ts';
import { stopReason } from '../daemon/stop-reason.ts';
import { Daemons } from './daemons.ts';
import { allocateOnce } from './once.ts';
import { type StandaloneOptions, standaloneSettings } from './settings.ts';

/** Runs `berth standalone` until the stop signal. @throws CommandError and the other errors that the user can mend */
export async function standalone(
  context: CommandContext,
  directory: string,
  options: StandaloneOptions,
): Promise<void> {
  const settings = standaloneSettings(context, directory, options);
  const logger = daemonLogger(context, options).with({ node: settings.nodeName });
  if (options.once) return allocateOnce(context, settings, logger, options.logLevel);
  const { http, shared, speaker } = settings;
  if (speaker) await assertMaySpeak([NET_RAW, NET_ADMIN], ', or give --no-speaker to allocate only');
  const release = speaker ? await becomeOnlySpeaker(logger, context.stopSignal()) : () => {};
  if (release === undefined) return;
  const served = new ServedDaemon(
    new Daemons(settings, logger, context.version, () => stopReason(context)),
    http,
    logger,
    new ServedSecurity(options, logger),
  );
  await runDaemon(context, served, logger, { directory, shared, speaker }).finally(release);
}
