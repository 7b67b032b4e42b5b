import { randomUUID } from 'node:crypto';
import { milliseconds } from '../../api/fields/duration.ts';
import { namespaceName } from '../../api/fields/metadata.ts';
import { type HttpAddress, parseHttpAddress } from '../../http/http-address.ts';
import type { AddressRange } from '../../ip/range.ts';
import type { ClusterOptions } from '../cluster/options.ts';
import type { CommandContext } from '../context.ts';
import type { DaemonOptions } from '../daemon/options.ts';
import { CommandError } from '../exit-codes.ts';
import { type ReservedOptions, reservedRanges } from '../reserved.ts';

/** The options of `berth controller` as the command line has them. */
export interface ControllerOptions extends ClusterOptions, DaemonOptions, ReservedOptions {
  readonly namespace: string;
  readonly ingressGrace: string;
  readonly defaultAdvertisement?: boolean;
}

/** What `berth controller` runs with. */
export interface ControllerSettings {
  readonly cluster: ClusterOptions;
  /** Where the Lease of the replicas is. */
  readonly namespace: string;
  /** Names this process among the replicas, and no other. */
  readonly identity: string;
  readonly loadBalancerClass: string | undefined;
  /** For so many milliseconds the status of an Ingress is left to its own controller. */
  readonly ingressGrace: number;
  /** Whether the first start of an installation makes the L2Advertisement `default`. */
  readonly defaultAdvertisement: boolean;
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
export function controllerSettings(
  { hostname }: Pick<CommandContext, 'hostname'>,
  options: ControllerOptions,
): ControllerSettings {
  const { kubeconfig, context, namespace, lbClass, ingressGrace, httpAddress, reserved } = options;
  const parsed = namespaceName.safeParse(namespace);
  if (!parsed.success) {
    throw new CommandError(`--namespace ${namespace} ${parsed.error.issues.map(({ message }) => message).join('; ')}`);
  }
  return {
    cluster: { kubeconfig, context },
    namespace,
    // The name of a pod is that of its host; a former process of the same pod had another end.
    identity: `${hostname}_${randomUUID()}`,
    loadBalancerClass: lbClass,
    ingressGrace: duration(ingressGrace),
    defaultAdvertisement: options.defaultAdvertisement ?? false,
    reserved: reservedRanges({ reserved }),
    http: parseHttpAddress(httpAddress),
  };
}

function duration(text: string): number {
  try {
    return milliseconds(text);
  } catch (error) {
    throw new CommandError(`--ingress-grace: ${error instanceof Error ? error.message : String(error)}`);
  }
}
