import { type HttpAddress, parseHttpAddress } from '../../http/http-address.ts';
import type { ClusterOptions } from '../cluster/options.ts';
import type { CommandContext } from '../context.ts';
import type { MessageKeyOptions } from '../daemon/message-key.ts';
import { hostNodeName, nodeName } from '../daemon/node-name.ts';
import type { DaemonOptions } from '../daemon/options.ts';

/** The options of `berth speaker` as the command line has them. */
export interface SpeakerOptions extends ClusterOptions, DaemonOptions, MessageKeyOptions {
  readonly node?: string;
  readonly rejectUnserved?: boolean;
}

/** What `berth speaker` runs with. */
export interface SpeakerSettings {
  readonly cluster: ClusterOptions;
  readonly nodeName: string;
  readonly loadBalancerClass: string | undefined;
  /** Undefined where what speakers tell one another is not signed. */
  readonly messageKeyFile: string | undefined;
  readonly rejectUnserved: boolean;
  /** Undefined for no server. */
  readonly http: HttpAddress | undefined;
}

/**
 * Checks the options.
 *
 * @throws CommandError or HttpAddressError
 */
export function speakerSettings(
  { hostname, env: { NODE_NAME } }: Pick<CommandContext, 'hostname' | 'env'>,
  { kubeconfig, context, node, lbClass, httpAddress, messageKeyFile, rejectUnserved }: SpeakerOptions,
): SpeakerSettings {
  return {
    cluster: { kubeconfig, context },
    nodeName: ownNodeName(node, NODE_NAME, hostname),
    loadBalancerClass: lbClass,
    messageKeyFile,
    rejectUnserved: rejectUnserved === true,
    http: parseHttpAddress(httpAddress),
  };
}

/** A manifest tells a pod the name of its node by the environment. */
function ownNodeName(option: string | undefined, variable: string | undefined, hostname: string): string {
  if (option !== undefined) return nodeName(option, `--node ${option}`);
  return variable ? nodeName(variable, `NODE_NAME ${variable}`) : hostNodeName(hostname);
}
