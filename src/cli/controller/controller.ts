import { clusterCredentials } from '../cluster/credentials.ts';
import type { CommandContext } from '../context.ts';
import { ServedDaemon } from '../daemon/daemon.ts';
import { ServedSecurity } from '../daemon/http-security.ts';
import { daemonLogger } from '../daemon/logger.ts';
import { runDaemon } from '../daemon/run.ts';
import { ControllerReplica } from './replica.ts';
import { type ControllerOptions, controllerSettings } from './settings.ts';

/** Runs `berth controller` until the stop signal. @throws CommandError and the other errors that the user can mend */
export async function controller(context: CommandContext, options: ControllerOptions): Promise<void> {
  const settings = controllerSettings(context, options);
  const { identity, http, namespace } = settings;
  const logger = daemonLogger(context, options).with({ identity });
  const security = new ServedSecurity(options, logger, () => clusterCredentials(settings.cluster));
  const served = new ServedDaemon(new ControllerReplica(settings, logger, context.version), http, logger, security);
  await runDaemon(context, served, logger, { namespace });
}
