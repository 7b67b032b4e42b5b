import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const execute = promisify(execFile);
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

const BUNDLE = path('../../dist/berth.js');
const ADDON = path('../../dist/native.node');
const RUNTIMES = [
  ['the one that runs the tests', process.execPath],
  ['22', path('node_modules/node-22/bin/node')],
  ['24', path('node_modules/node-24/bin/node')],
] as const;

describe.each(RUNTIMES)('Node.js %s', (name, node) => {
  const run = async (...args: readonly string[]): Promise<string> => (await execute(node, [...args])).stdout;

  it('is the version it shall be', async () => {
    const version = (await run('--version')).trim();
    if (/^\d+$/.test(name)) expect(version).toMatch(new RegExp(`^v${name}\\.`));
    else expect(version).toBe(process.version);
  });

  it('runs berth --version', async () => {
    const { version } = JSON.parse(readFileSync(path('../../package.json'), 'utf8')) as { version: string };
    expect((await run(BUNDLE, '--version')).trim()).toBe(version);
  });

  it('runs berth plan', async () => {
    const plan: unknown = JSON.parse(await run(BUNDLE, 'plan', '-f', path('web.yaml'), '-o', 'json'));
    expect(plan).toMatchObject({
      kind: 'Plan',
      pools: [{ name: 'public', assignedIPv4: 1, availableIPv4: 9 }],
      services: [{ name: 'web', change: 'assign', after: ['192.0.2.50'], reason: 'Allocated' }],
    });
  });

  it('tells of a cluster out of reach, and nothing of its own', async () => {
    const asked = run(BUNDLE, 'get', 'services', '--kubeconfig', path('nowhere.kubeconfig'));
    await expect(asked).rejects.toMatchObject({ stderr: expect.stringMatching(/^error: cannot reach [^\n]*\n$/) });
  });

  it('loads the addon and opens a netlink socket', async () => {
    expect(await run('-e', OPEN_NETLINK, ADDON)).toMatch(/^descriptor \d+$/);
  });
});

/** AF_NETLINK, SOCK_RAW, NETLINK_ROUTE: see netlink(7). */
const OPEN_NETLINK = `
  const addon = require(process.argv[1]);
  const descriptor = addon.socket(16, 3, 0);
  addon.close(descriptor);
  process.stdout.write('descriptor ' + descriptor);`;
