import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from '../../../src/cli/program.ts';
import { recordingContext } from '../recording-context.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-once-'));
});
afterEach(() => rm(folder, { recursive: true }));

const POOL = `apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: public}
spec: {addresses: [192.0.2.1/32]}
`;
const service = (name: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {type: LoadBalancer}\n`;

const put = (name: string, content: string): Promise<void> => writeFile(join(folder, name), content);

async function once(...args: readonly string[]) {
  const context = recordingContext();
  const code = await runProgram(['standalone', folder, '--once', '--log-level', 'error', ...args], context);
  return { code, out: context.out(), err: context.err() };
}

describe('berth standalone --once', () => {
  it('allocates, writes the status, prints what changed, and the second time that nothing did', async () => {
    await put('pool.yaml', POOL);
    await put('web.yaml', service('a'));
    expect(await once()).toEqual({
      code: 0,
      out:
        'SERVICE     CHANGE   BEFORE   AFTER       POOL     REASON\n' +
        'default/a   assign   <none>   192.0.2.1   public   Allocated\n',
      err: '',
    });
    const status = await readFile(join(folder, '.status/services/default/a.yaml'), 'utf8');
    expect(status).toContain('192.0.2.1');
    expect(status).toContain('berth.dev/Allocated');
    expect(await once()).toEqual({ code: 0, out: 'No Service changed.\n', err: '' });
  });

  it('says who got nothing, and why', async () => {
    await put('pool.yaml', POOL);
    await put('web.yaml', `${service('a')}---\n${service('b')}`);
    const { code, out } = await once();
    expect(code).toBe(0);
    expect(out).toMatch(/^default\/a +assign/m);
    expect(out).toMatch(/^service default\/b: .*full/m);
    expect(await readFile(join(folder, '.status/services/default/b.yaml'), 'utf8')).toContain('PoolExhausted');
  });

  it('gives the address of a Service that is gone to the next', async () => {
    await put('pool.yaml', POOL);
    await put('web.yaml', service('a'));
    await once();
    await put('web.yaml', service('b'));
    expect((await once()).out).toMatch(/^default\/b +assign +<none> +192\.0\.2\.1 /m);
  });

  it('does the rest and then fails where a file has a fault', async () => {
    await put('pool.yaml', POOL);
    await put('web.yaml', service('a'));
    await put('broken.yaml', 'kind: [');
    const { code, out, err } = await once();
    expect(code).toBe(1);
    expect(out).toMatch(/^default\/a +assign/m);
    expect(err).toMatch(/broken\.yaml:1: /);
    expect(err).toMatch(/^error: 1 fault in .*: see above$/m);
  });

  it.each(['error', 'warn', 'info', 'debug'])('tells each fault once where the log shows %s', async (level) => {
    await put('pool.yaml', POOL.replace('/32', '/33'));
    await put('broken.yaml', 'kind: [');
    const { err } = await once('--log-level', level);
    const times = ['broken.yaml:1: ', 'pool.yaml:4: '].map((place) => err.split(place).length - 1);
    expect(times).toEqual([1, 1]);
    expect(err).toMatch(/^error: 2 faults in .*: see above$/m);
  });

  it('gives nothing while a status file cannot be understood, and names it at once', async () => {
    await put('pool.yaml', POOL);
    await put('web.yaml', service('z'));
    await once();
    const state = join(folder, '.status/services/default/z.yaml');
    const good = await readFile(state, 'utf8');
    await writeFile(state, '{[');
    await put('more.yaml', service('a'));
    const begun = performance.now();
    const { code, out, err } = await once();
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^error: .*services\/default\/z\.yaml: .*; no address is given until/m);
    await writeFile(state, good);
    expect((await once()).out).toMatch(/^service default\/a: .*full/m);
    expect(await readFile(state, 'utf8')).toContain('192.0.2.1');
  });

  // Nobody can make a file in /proc, not even root.
  it('names the reason at once where nothing can be written', async () => {
    await put('pool.yaml', POOL);
    const begun = performance.now();
    const { code, out, err } = await once('--state-dir', '/proc/self/task');
    expect(performance.now() - begun).toBeLessThan(5_000);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^error: the folder lock in \/proc\/self\/task cannot be looked at or renewed: E[A-Z]+: /m);
  });

  it('names the reason at once where no state folder can be made', async () => {
    await put('pool.yaml', POOL);
    const { code, err } = await once('--state-dir', join(folder, 'pool.yaml/status'));
    expect(code).toBe(1);
    expect(err).toMatch(/^error: .*\/pool\.yaml\/status: cannot be made: ENOTDIR: /m);
  });

  it('fails where the folder is not there', async () => {
    await rm(folder, { recursive: true });
    expect(await once()).toEqual({
      code: 1,
      out: '',
      err: `error: ${folder}: is not there: make it, or name another\n`,
    });
    await mkdir(folder);
  });
});
