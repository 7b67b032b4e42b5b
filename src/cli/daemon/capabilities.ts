import { readFile } from 'node:fs/promises';
import { CommandError } from '../exit-codes.ts';

/** What a process has to be allowed: the name, its bit in the mask of `/proc/PID/status` (capability.h), and for what. */
export interface Capability {
  readonly name: string;
  readonly bit: bigint;
  readonly purpose: string;
}

export const NET_RAW: Capability = { name: 'CAP_NET_RAW', bit: 13n, purpose: 'to answer ARP' };
export const NET_ADMIN: Capability = { name: 'CAP_NET_ADMIN', bit: 12n, purpose: 'to put addresses on lo' };

/**
 * Says what to do when this process may not speak on the network.
 *
 * @param otherwise what else can be done, if anything, such as `, or give --no-speaker`
 * @throws CommandError
 */
export async function assertMaySpeak(
  needed: readonly Capability[],
  otherwise = '',
  statusFile = '/proc/self/status',
): Promise<void> {
  const missing = missingCapabilities(needed, await readFile(statusFile, 'utf8'));
  if (missing.length === 0) return;
  throw new CommandError(
    `missing ${missing.join(' and ')}: run as root or with ${missing.length > 1 ? 'these capabilities' : 'this capability'}${otherwise}`,
  );
}

/** The capabilities that the effective set of a `/proc/PID/status` lacks, each with its purpose. */
export function missingCapabilities(needed: readonly Capability[], status: string): readonly string[] {
  const mask = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  if (mask === undefined) return [];
  const effective = BigInt(`0x${mask}`);
  return needed
    .filter(({ bit }) => ((effective >> bit) & 1n) === 0n)
    .map(({ name, purpose }) => `${name} (${purpose})`);
}
