import type { Command } from 'commander';
import { AddressError } from '../ip/address.ts';
import { type AddressRange, parseAddressOrRange } from '../ip/range.ts';
import { CommandError } from './exit-codes.ts';

/** What is never given besides what the objects tell, as the command line has it. */
export interface ReservedOptions {
  readonly reserved?: readonly string[] | undefined;
}

/** Adds the option for addresses that are in use and that no object tells of. */
export function addReservedOption(command: Command): Command {
  return command.option(
    '--reserved <addresses...>',
    'addresses, ranges or CIDRs never to be given, whatever a pool says: Service and Pod ranges that no object tells of',
    (value: string, before: readonly string[] = []) => [...before, ...value.split(',')],
  );
}

/** The ranges that the option names. @throws CommandError naming every entry that cannot be read */
export function reservedRanges({ reserved = [] }: ReservedOptions): readonly AddressRange[] {
  const faults: string[] = [];
  const ranges = reserved.flatMap((text) => {
    try {
      return parseAddressOrRange(text.trim());
    } catch (error) {
      if (!(error instanceof AddressError)) throw error;
      faults.push(error.message);
      return [];
    }
  });
  if (faults.length > 0) throw new CommandError(`--reserved: ${faults.join('; ')}`);
  return ranges;
}
