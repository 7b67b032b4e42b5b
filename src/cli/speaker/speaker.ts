import { clusterCredentials } from '../cluster/credentials.ts';
import type { CommandContext } from '../context.ts';
import { assertMaySpeak, NET_RAW } from '../daemon/capabilities.ts';
import { ServedDaemon } from '../daemon/daemon.ts';
import { ServedSecurity } from '../daemon/http-security.ts';
import { daemonLogger } from '../daemon/logger.ts';
import { becomeOnlySpeaker } from '../daemon/only-speaker.ts';
import { runDaemon } from '../daemon/run.ts';
import { stopReason } from '../daemon/stop-reason.ts';
import { NodeDaemon } from './node-daemon.ts';
import { type SpeakerOptions, speakerSettings } from './settings.ts';

/** Runs `berth speaker` until the stop signal. @throws CommandError and the other errors that the user can mend */
export async function speaker(context: CommandContext, options: SpeakerOptions): Promise<void> {
  const settings = speakerSettings(context, options);
  const { nodeName: node, http } = settings;
  const logger = daemonLogger(context, options).with({ node });
  await assertMaySpeak([NET_RAW]);
  const release = await becomeOnlySpeaker(logger, context.stopSignal());
  if (release === undefined) return;
  const served = new ServedDaemon(
    new NodeDaemon(settings, logger, context.version, () => stopReason(context)),
    http,
    logger,
    new ServedSecurity(options, logger, () => clusterCredentials(settings.cluster)),
  );
  await runDaemon(context, served, logger, {}).finally(release);
}
