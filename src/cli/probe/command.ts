import { Command, Option } from 'commander';
import type { CommandContext } from '../context.ts';
import { ExitCode } from '../exit-codes.ts';
import type { ProbeOptions } from './probe.ts';

/** `berth probe`, for the program. */
export function probeCommand(context: CommandContext, exit: (code: number) => void): Command {
  return new Command('probe')
    .summary('ask the network who answers for an address')
    .description(
      'Asks everybody on the network of an address who has it, by ARP or neighbour discovery, and tells the MAC address ' +
        'of each that answers: there should be one. Then sends ICMP echo requests, and tells how many come back and ' +
        'which routers are on the way. Needs no cluster and changes nothing.',
    )
    .argument('<address>', 'the address, such as 192.0.2.50 or 2001:db8::50')
    .option('-i, --interface <name>', 'where to ask (default: the interface in whose subnet the address is)')
    .option('-c, --count <n>', 'how many questions and echo requests to send, 1 to 100', '3')
    .option('--no-icmp', 'ask who has the address, and send no ICMP')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['text', 'json']).default('text'))
    .addHelpText(
      'after',
      `
Run it on a machine of the same network that is not the node itself, as root or with CAP_NET_RAW. From behind a router
only ICMP can tell. An address that kube-proxy serves need not answer ICMP: where one machine answers for it and none
of the echo requests comes back, try the Service's port.

SENT BY in the output: "itself", or the machine that answers in the name of another, as a caretaker does while the
speaker of a node is away ("${context.programName} get speakers -o wide" lists the MAC addresses of the nodes).

ICMP needs the optional package raw-socket; without it the rest works.

Examples:
  sudo ${context.programName} probe 192.0.2.50
  sudo ${context.programName} probe 2001:db8::50 --interface eth1 -o json

Exit codes: 0 one machine answers (behind a router: the address does), 2 nobody or more than one does, 1 cannot be
asked, 70 a fault of Berth itself.`,
    )
    .action(async (address: string, options: ProbeOptions) => {
      const { probe } = await import('./probe.ts');
      if (!(await probe(context, address, options))) exit(ExitCode.Change);
    });
}
