import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../lab/eventually.ts';
import { Daemon } from './daemon.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daemon-'));
});
afterEach(() => rm(folder, { recursive: true }));

const daemon = (...command: readonly [string, ...string[]]): Daemon =>
  new Daemon({ name: 'it', command, logFile: join(folder, 'log'), env: process.env });

describe('Daemon', () => {
  it('runs, is frozen, ends and runs again, with one log for all its lives', async () => {
    const sleeper = daemon('sh', '-c', 'echo life; exec sleep 1000');
    expect(sleeper.running).toBe(false);
    for (const life of [1, 2]) {
      sleeper.start();
      expect(() => sleeper.start()).toThrow('it is running already');
      await sleeper.assertRunning();
      sleeper.signal('SIGSTOP');
      expect(sleeper.running).toBe(true);
      sleeper.signal('SIGCONT');
      await eventually('its line', async () => (await sleeper.log()) === 'life\n'.repeat(life) || undefined);
      await sleeper.stop();
      expect(sleeper.running).toBe(false);
    }
    await sleeper.stop();
  });

  it('says how it ended and what it wrote last', async () => {
    const sleeper = daemon('sh', '-c', 'seq 100 >&2; exit 3');
    await expect(sleeper.assertRunning()).rejects.toThrow('it has ended (not started)');
    sleeper.start();
    await eventually('its end', async () => (sleeper.running ? undefined : true));
    await expect(sleeper.assertRunning()).rejects.toThrow(/^it has ended \(3\):\n86\n[\d\n]+100$/);
    expect(() => sleeper.pid).toThrow('it is not running');
  });

  it('dies with whoever started it, even by kill -9', async () => {
    const script = `
      const { Daemon } = await import(${JSON.stringify(new URL('daemon.ts', import.meta.url).href)});
      const daemon = new Daemon({ name: 'it', command: ['sleep', '1000'], logFile: '${folder}/log', env: process.env });
      daemon.start();
      console.log(daemon.pid);`;
    const args = ['--import', 'tsx', '--input-type=module', '-e', script];
    const starter = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [pid] = (await once(starter.stdout, 'data')) as [Buffer];
    await access(`/proc/${Number(pid)}`);
    starter.kill('SIGKILL');
    await eventually(
      'its end',
      async () =>
        await access(`/proc/${Number(pid)}`).then(
          () => undefined,
          () => true,
        ),
    );
  });
});
