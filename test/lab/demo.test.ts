import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { type Footprint, footprintSince, NOTHING, takeFootprint } from './footprint.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** As the Makefile starts it. */
function startDemo(): { child: ChildProcess; text: () => string } {
  const child = spawn('test/lab/enter', ['node', '--import', 'tsx', 'demo/main.ts'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += String(chunk)));
  return { child, text: () => text };
}

describe('the demo', () => {
  let before: Footprint;
  beforeEach(async () => {
    before = await takeFootprint();
  });
  const started: ChildProcess[] = [];
  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
  });

  function start() {
    const demo = startDemo();
    started.push(demo.child);
    return demo;
  }

  async function leavesNothing(): Promise<void> {
    await eventually('the machine is as it was', async () => {
      expect(await footprintSince(before)).toEqual(NOTHING);
      return true;
    });
  }

  it('shows the whole story in less than a minute and leaves nothing behind', async () => {
    const begun = performance.now();
    const { child, text } = start();
    const [status] = (await once(child, 'close')) as [number | null];
    expect(status, text()).toBe(0);
    expect(performance.now() - begun).toBeLessThan(60_000);
    for (const shown of [
      /<pending>.*NoPools/,
      /LoadBalancer.*192\.0\.2\.50/,
      /Request who-has 192\.0\.2\.50 .*tell 192\.0\.2\.100/,
      /Reply 192\.0\.2\.50 is-at 02:00:00:00:00:1[123]/,
      /berth_arp_replies_sent_total [1-9]/,
      /Request who-has 192\.0\.2\.50 .*tell 192\.0\.2\.50/,
      /n[123] announced itself and answers the client/,
    ]) {
      expect(text()).toMatch(shown);
    }
    // What is not a terminal gets no colours.
    expect(text()).not.toContain('\u001b');
    await leavesNothing();
  });

  it.each([
    ['SIGKILL', null],
    ['SIGTERM', 128 + 15],
    ['SIGINT', 128 + 2],
  ] as const)('leaves nothing behind when %s hits it midway', async (signal, status) => {
    const { child, text } = start();
    await eventually('Berth runs', async () => text().includes('fetches a page') || undefined, { timeoutMs: 30_000 });
    const closed = once(child, 'close');
    child.kill(signal);
    expect((await closed)[0]).toBe(status);
    await leavesNothing();
  });
});
