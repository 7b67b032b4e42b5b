import type { Command } from 'commander';

/** Which cluster, as the command line has it. */
export interface ClusterOptions {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}

/** Adds the options that choose a cluster. */
export function addClusterOptions(command: Command): Command {
  return command
    .option('--kubeconfig <file>', 'the kubeconfig (default: in a pod its ServiceAccount, else as kubectl finds it)')
    .option('--context <name>', 'the context of the kubeconfig (default: its current one)');
}
