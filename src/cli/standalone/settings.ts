import { type HttpAddress, parseHttpAddress } from '../../http/http-address.ts';
import type { AddressRange } from '../../ip/range.ts';
import type { CommandContext } from '../context.ts';
import type { MessageKeyOptions } from '../daemon/message-key.ts';
import { hostNodeName, nodeName } from '../daemon/node-name.ts';
import type { DaemonOptions } from '../daemon/options.ts';
import { type ReservedOptions, reservedRanges } from '../reserved.ts';

/** The options of `berth standalone` as the command line has them. */
export interface StandaloneOptions extends DaemonOptions, ReservedOptions, MessageKeyOptions {
  readonly node?: string;
  readonly shared?: boolean;
  readonly stateDir?: string;
  readonly speaker: boolean;
  readonly once?: boolean;
  readonly rejectUnserved?: boolean;
}

/** What `berth standalone` runs with. */
export interface StandaloneSettings {
  readonly directory: string;
  readonly stateDirectory: string | undefined;
  readonly nodeName: string;
  readonly shared: boolean;
  readonly speaker: boolean;
  readonly loadBalancerClass: string | undefined;
  /** Undefined where what speakers tell one another is not signed. */
  readonly messageKeyFile: string | undefined;
  readonly rejectUnserved: boolean;
  /** Never given, whatever a pool says. */
  readonly reserved: readonly AddressRange[];
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
    nodeName:
      options.node === undefined ? hostNodeName(context.hostname) : nodeName(options.node, `--node ${options.node}`),
    shared: options.shared === true,
    speaker: options.speaker,
    loadBalancerClass: options.lbClass,
    messageKeyFile: options.messageKeyFile,
    rejectUnserved: options.rejectUnserved === true,
    reserved: reservedRanges(options),
    http: parseHttpAddress(options.httpAddress),
  };
}
