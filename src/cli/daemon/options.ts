import { type Command, Option } from 'commander';
import { LOG_FORMATS, LOG_LEVELS, type LogFormat, type LogLevel } from '../../log/logger.ts';
import { loadBalancerClassOption } from '../load-balancer-class.ts';
import { addHttpTlsOptions, type HttpSecurityOptions } from './http-security-options.ts';

/** The options that every daemon has, as the command line has them. */
export interface DaemonOptions extends HttpSecurityOptions {
  readonly lbClass?: string;
  readonly httpAddress: string;
  readonly logFormat: LogFormat;
  readonly logLevel: LogLevel;
}

/** Adds the options that every daemon has. */
export function addDaemonOptions(command: Command, { httpAddress }: { readonly httpAddress: string }): Command {
  return addHttpTlsOptions(command)
    .addOption(loadBalancerClassOption('serve the Services of this spec.loadBalancerClass instead of those without'))
    .option('--http-address <host:port>', 'health, metrics and status; "off" for none', httpAddress)
    .addOption(new Option('--log-format <format>', 'the form of the log').choices(LOG_FORMATS).default('auto'))
    .addOption(
      new Option('--log-level <level>', 'the least severe lines to write').choices(LOG_LEVELS).default('info'),
    );
}
