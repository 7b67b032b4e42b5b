import { Command, InvalidArgumentError, Option } from 'commander';
import { VENDORS } from '../../router-config/vendors.ts';
import { addClusterOptions } from '../cluster/options.ts';
import type { CommandContext } from '../context.ts';
import { addDirectoryOptions } from '../directory-options.ts';
import type { RouterConfigOptions } from './router-config.ts';

/** `berth router-config`, for the program. */
export function routerConfigCommand(context: CommandContext): Command {
  const command = new Command('router-config')
    .summary("print the configuration of a BGP peer's side")
    .description(
      'Prints what the router of a BGPPeer is to be configured with, from the same objects that the nodes are: every ' +
        'node as a neighbour, with AS numbers, timers, BFD, TTL security and families, and a filter that lets in what ' +
        'the pools hold and nothing else. Nothing is changed anywhere.',
    )
    .argument('<peer>', 'the name of the BGPPeer')
    .addOption(new Option('--vendor <vendor>', 'whose router it is').choices(VENDORS).makeOptionMandatory())
    .option('--router <address>', 'which one, where nodeOverrides make several routers of the BGPPeer')
    .option('--as <number>', "the router's AS number, where the BGPPeer says dynamicASN: external", asNumber)
    .option('--show-password', 'write the password instead of a placeholder');
  return addClusterOptions(addDirectoryOptions(command))
    .addHelpText(
      'after',
      `
Examples:
  ${context.programName} router-config tor --vendor frr
  ${context.programName} router-config tor --vendor junos --router 192.0.2.1
  ${context.programName} router-config tor --vendor bird --dir /etc/berth > berth.conf

Make it again when pools, peers or nodes change. FRR, BIRD, GoBGP and OpenBGPD are tested with what this
prints; EOS, IOS XE and Junos are written by their documentation, and were not loaded into one.`,
    )
    .action(async (peer: string, options: RouterConfigOptions) => {
      const { routerConfig } = await import('./router-config.ts');
      await routerConfig(context, peer, options);
    });
}

const MOST_AS = 4_294_967_295;

function asNumber(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > MOST_AS) {
    throw new InvalidArgumentError(`It is no AS number: write 1 to ${MOST_AS}.`);
  }
  return number;
}
