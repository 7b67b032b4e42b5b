import type { Command } from 'commander';

/** The options that say who may read what a daemon serves, as the command line has them. */
export interface HttpSecurityOptions {
  readonly metricsAuth?: boolean;
  readonly httpTlsCertFile?: string;
  readonly httpTlsKeyFile?: string;
}

/** Adds the option of those daemons that have an API server to ask. */
export function addMetricsAuthOption(command: Command): Command {
  return command.option(
    '--metrics-auth',
    'show metrics and status only to bearer tokens whose holders the API server allows it; needs TLS, or a loopback address',
  );
}

/** Adds the options for TLS. */
export function addHttpTlsOptions(command: Command): Command {
  return command
    .option('--http-tls-cert-file <file>', 'serve TLS with this certificate (PEM), read again when it changes')
    .option('--http-tls-key-file <file>', 'its private key (PEM)');
}
