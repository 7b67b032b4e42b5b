import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { CommandError } from '../../src/cli/exit-codes.ts';
import { addReservedOption, type ReservedOptions, reservedRanges } from '../../src/cli/reserved.ts';
import { formatRange } from '../../src/ip/range.ts';

function ranges(...args: readonly string[]): readonly string[] {
  const command = addReservedOption(new Command()).parse(args, { from: 'user' });
  return reservedRanges(command.opts<ReservedOptions>()).map(formatRange);
}

describe('--reserved', () => {
  it.each<[readonly string[], readonly string[]]>([
    [[], []],
    [['--reserved', '10.96.0.0/30'], ['10.96.0.0-10.96.0.3']],
    [
      ['--reserved', '192.0.2.1', '2001:db8::1'],
      ['192.0.2.1', '2001:db8::1'],
    ],
    [
      ['--reserved', '192.0.2.1, 192.0.2.5-192.0.2.9', '--reserved', '192.0.2.3'],
      ['192.0.2.1', '192.0.2.5-192.0.2.9', '192.0.2.3'],
    ],
  ])('%j is %j', (args, expected) => {
    expect(ranges(...args)).toEqual(expected);
  });

  it('names every entry that cannot be read', () => {
    expect(() => ranges('--reserved', '192.0.2.300', '192.0.2.1', '10.0.0.9-10.0.0.1')).toThrow(CommandError);
    expect(() => ranges('--reserved', '192.0.2.300', '192.0.2.1', '10.0.0.9-10.0.0.1')).toThrow(
      /^--reserved: .*192\.0\.2\.300.*; .*10\.0\.0\.9-10\.0\.0\.1/,
    );
  });
});
