import { readFile } from 'node:fs/promises';
import { CommandError } from '../exit-codes.ts';

/** What a speaker needs, by its bit in the mask of `/proc/PID/status` (capability.h), and for what. */
const NEEDED: readonly { readonly name: string; readonly bit: bigint; readonly purpose: string }[] = [
  { name: 'CAP_NET_RAW', bit: 13n, purpose: 'to answer ARP' },
  { name: 'CAP_NET_ADMIN', bit: 12n, purpose: 'to put addresses on lo' },
];

/** Says what to do when this process may not speak on the network. @throws CommandError */
export async function assertMaySpeak(statusFile = '/proc/self/status'): Promise<void> {
  const missing = missingCapabilities(await readFile(statusFile, 'utf8'));
  if (missing.length === 0) return;
  throw new CommandError(
    `missing ${missing.join(' and ')}: run as root or with ${missing.length > 1 ? 'these capabilities' : 'this capability'}, or give --no-speaker to allocate only`,
  );
}

/** The capabilities that the effective set of a `/proc/PID/status` lacks, each with its purpose. */
export function missingCapabilities(status: string): readonly string[] {
  const mask = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  if (mask === undefined) return [];
  const effective = BigInt(`0x${mask}`);
  return NEEDED.filter(({ bit }) => ((effective >> bit) & 1n) === 0n).map(
    ({ name, purpose }) => `${name} (${purpose})`,
  );
}
