import { describe, expect, it } from 'vitest';
import { runProgram } from '../../src/cli/program.ts';
import { recordingContext } from './recording-context.ts';

async function berth(...args: readonly string[]) {
  const context = recordingContext();
  const code = await runProgram(args, context);
  return { code, out: context.out(), err: context.err() };
}

describe('help', () => {
  it.each([
    ['berth help nope', "error: unknown command 'nope'\n(see berth --help)\n"],
    ['berth help plam', "error: unknown command 'plam'\n(Did you mean plan?)\n(see berth --help)\n"],
    ['berth help nope --log-level debug', "error: unknown command 'nope'\n(see berth --help)\n"],
    [
      'berth import help metalb',
      "error: unknown command 'metalb'\n(Did you mean metallb?)\n(see berth import --help)\n",
    ],
  ])('names the word that is no command, as without help: %s', async (line, err) => {
    expect(await berth(...line.split(' ').slice(1))).toEqual({ code: 1, out: '', err });
  });

  it.each([
    ['berth help', 'Usage: berth [options] [command]'],
    ['berth help help', 'Usage: berth [options] [command]'],
    ['berth help --help', 'Usage: berth [options] [command]'],
    ['berth help plan', 'Usage: berth plan [options]'],
    ['berth help plan more', 'Usage: berth plan [options]'],
    ['berth import help', 'Usage: berth import [options] [command]'],
    ['berth import help metallb', 'Usage: berth import metallb'],
  ])('shows that of a command: %s', async (line, usage) => {
    const { code, out, err } = await berth(...line.split(' ').slice(1));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(usage);
  });

  it('is a word like others behind a command that has no commands', async () => {
    const { code, err } = await berth('get', 'help', 'nope');
    expect(code).toBe(1);
    expect(err).toMatch(/^error: no resource "help"/);
  });
});
