import { objectName } from '../../api/metadata.ts';
import { type HttpAddress, parseHttpAddress } from '../../http/http-address.ts';
import type { LogLevel } from '../../log/logger.ts';
import type { LogFormat } from '../../log/winston.ts';
import type { CommandContext } from '../context.ts';
import { CommandError } from '../exit-codes.ts';

/** The options of `berth standalone` as the command line has them. */
export interface StandaloneOptions {
  readonly node?: string;
  readonly shared?: boolean;
  readonly stateDir?: string;
  readonly speaker: boolean;
  readonly once?: boolean;
  readonly lbClass?: string;
  readonly httpAddress: string;
  readonly logFormat: LogFormat;
  readonly logLevel: LogLevel;
}

/** What `berth standalone` runs with. */
export interface StandaloneSettings {
  readonly directory: string;
  readonly stateDirectory: string | undefined;
  readonly nodeName: string;
  readonly shared: boolean;
  readonly speaker: boolean;
  readonly loadBalancerClass: string | undefined;
  /** Undefined for no server. */
  readonly http: HttpAddress | undefined;
}

/**
 * Checks the options.
 *
 * @throws CommandError or HttpAddressError
 */
export function standaloneSettings(
  context: Pick<CommandContext, 'hostname'>,
  directory: string,
  options: StandaloneOptions,
): StandaloneSettings {
  return {
    directory,
    stateDirectory: options.stateDir,
    nodeName: options.node === undefined ? ownName(context.hostname) : nodeName(options.node, `--node ${options.node}`),
    shared: options.shared === true,
    speaker: options.speaker,
    loadBalancerClass: options.lbClass,
    http: parseHttpAddress(options.httpAddress),
  };
}

/** As the kubelet does: a node has the name of its host, in lower case. */
function ownName(hostname: string): string {
  return nodeName(hostname.toLowerCase(), `the host name ${hostname}`, 'give the name of the Node with --node NAME');
}

function nodeName(name: string, what: string, remedy = ''): string {
  const parsed = objectName.safeParse(name);
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map(({ message }) => message).join('; ');
  throw new CommandError(`${what} ${reasons}${remedy ? `; ${remedy}` : ''}`);
}
