import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { loadBalancerClassOption } from '../../src/cli/load-balancer-class.ts';
import { runProgram } from '../../src/cli/program.ts';
import { recordingContext } from './recording-context.ts';

const NOWHERE = ['--kubeconfig', '/nowhere/kubeconfig'];

describe('--lb-class', () => {
  it.each(['ours', 'Ours_2.x', 'berth.dev/lb', `${'a'.repeat(63)}.${'b'.repeat(63)}/${'c'.repeat(63)}`])(
    'takes %s',
    (text) => {
      const command = new Command()
        .addOption(loadBalancerClassOption(''))
        .parse(['--lb-class', text], { from: 'user' });
      expect(command.opts()).toEqual({ lbClass: text });
    },
  );

  it.each([
    '',
    'a b',
    'a/b/c',
    '/lb',
    'berth.dev/',
    'Berth.dev/lb',
    '-lb',
    'lb.',
    'c'.repeat(64),
    `${'a'.repeat(254)}/lb`,
  ])('refuses %j, which no Service can have', async (text) => {
    const context = recordingContext();
    expect(await runProgram(['controller', '--lb-class', text, ...NOWHERE], context)).toBe(1);
    expect(context.err()).toMatch(/^error: option '--lb-class <class>' argument '.*' is invalid\. No Service can/);
  });

  it.each([
    ['speaker', ...NOWHERE],
    ['standalone', '/nowhere'],
    ['plan', ...NOWHERE],
    ['explain', 'service/web', ...NOWHERE],
    ['doctor', ...NOWHERE],
    ['uninstall', '--release', ...NOWHERE],
  ])('is looked at by %s', async (...args) => {
    const context = recordingContext();
    expect(await runProgram([...args, '--lb-class', 'a b'], context)).toBe(1);
    expect(context.err()).toContain('No Service can have this class');
  });
});
