import { describe, expect, it } from 'vitest';
import { runProgram } from '../../src/cli/program.ts';
import { recordingContext } from './recording-context.ts';

describe.each([
  ['plan', '-f', '-'],
  ['explain', 'svc/web'],
  ['doctor'],
  ['get', 'pools'],
  ['drain', 'n1'],
  ['undrain', 'n1'],
  ['router-config', 'tor', '--vendor', 'frr'],
  ['uninstall', '--keep'],
])('berth %s', (...words) => {
  const run = async (...options: readonly string[]) => {
    const context = recordingContext();
    const code = await runProgram([...words, ...options], context);
    return { code, out: context.out(), err: context.err() };
  };

  it('refuses --state-dir where there is no --dir', async () => {
    expect(await run('--state-dir', '/x')).toEqual({
      code: 1,
      out: '',
      err: 'error: --state-dir says where the status of --dir is kept: name the folder with --dir DIR too\n',
    });
  });

  it('refuses a folder beside a cluster', async () => {
    const { code, err } = await run('--dir', '/x', '--context', 'y');
    expect(code).toBe(1);
    expect(err).toMatch(/^error: option '--dir <dir>' cannot be used with option '--context <name>'$/m);
  });
});
