import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { processIdentity } from '../../../src/os/process-identity.ts';
import { type Bundle, bundleProgram } from './bundle.ts';

const run = promisify(execFile);
const self = processIdentity();

let program: Bundle;
beforeAll(async () => {
  program = await bundleProgram('tell-liveness');
});
afterAll(() => program.dispose());

describe('isAlive', () => {
  it.each([
    ['sees a process from another one beside it', [], self, 'alive'],
    ['sees that a process is gone', [], { ...self, pid: 2 ** 22 }, 'dead'],
    ['cannot tell from another pid namespace', ['unshare', '--pid', '--fork', '--mount-proc'], self, 'unknown'],
    ['cannot tell by the /proc of another pid namespace', ['unshare', '--pid', '--fork'], self, 'unknown'],
    [
      'cannot tell where /proc is hidden',
      ['unshare', '--mount', 'sh', '-c', 'umount -l /proc; exec "$@"', 'sh'],
      self,
      'unknown',
    ],
    [
      'takes a process that /proc does not show for alive or unknown, never for dead',
      ['unshare', '--mount', 'sh', '-c', 'mount -t tmpfs tmpfs /proc/$1; shift; exec "$@"', 'sh', String(self.pid)],
      self,
      'unknown',
    ],
  ])('%s', async (_, prefix, identity, liveness) => {
    const [command = '', ...args] = [...prefix, process.execPath, program.path, JSON.stringify(identity)];
    expect((await run(command, args)).stdout).toBe(liveness);
  });
});
