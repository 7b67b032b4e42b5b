import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const PREPARE = fileURLToPath(new URL('../../setup/prepare', import.meta.url));
/** What the script itself runs, from the real system. */
const TOOLS = ['sh', 'env', 'dirname', 'readlink', 'cmp', 'cp', 'sed', 'tee', 'chmod', 'rm', 'mkdir', 'cat'];
/** What a machine with everything has, beside `node`, `npm` and the headers. */
const PROGRAMS = [
  'cc',
  'ip',
  'unshare',
  'setpriv',
  'setsid',
  'mount',
  'curl',
  'tcpdump',
  'nft',
  'sysctl',
  'openssl',
  'nginx',
  'arping',
  'g++',
  'python3',
  'capsh',
  'bird',
  'vtysh',
  'gobgpd',
  'bgpctl',
  'exabgp',
  'promtool',
  'zsh',
  'fish',
  'npm',
];

/** A clone and a machine of which only `bin` exists. */
let clone: string;
let bin: string;

/** Puts a program on the machine that notes how it was called and then does as the script says. */
function install(name: string, script = ''): void {
  rmSync(join(bin, name), { force: true });
  writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} $*" >>${clone}/calls\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
}

function uninstall(name: string): void {
  rmSync(join(bin, name));
}

function prepare(...args: readonly string[]) {
  const { status, stderr } = spawnSync(join(clone, 'setup/prepare'), args, { env: { PATH: bin, HOME: clone } });
  const calls = existsSync(`${clone}/calls`) ? readFileSync(`${clone}/calls`, 'utf8') : '';
  return { status, told: stderr.toString(), calls: calls.split('\n').filter((call) => !/^(node|id) /.test(call)) };
}

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'berth-prepare-'));
  bin = join(clone, 'bin');
  for (const folder of ['bin', 'setup', 'node_modules/raw-socket', 'include/node'])
    mkdirSync(join(clone, folder), { recursive: true });
  const script = readFileSync(PREPARE, 'utf8').replace(/^PATH=.*\n/m, '');
  expect(script.length).toBeLessThan(readFileSync(PREPARE, 'utf8').length);
  writeFileSync(join(clone, 'setup/prepare'), script, { mode: 0o755 });
  writeFileSync(join(clone, 'package-lock.json'), '{}');
  copyFileSync(join(clone, 'package-lock.json'), join(clone, 'node_modules/.installed-lock.json'));
  writeFileSync(join(clone, 'include/node/node_api.h'), '');
  for (const tool of TOOLS) {
    const real = ['/bin', '/usr/bin'].map((folder) => `${folder}/${tool}`).find((path) => existsSync(path));
    if (real === undefined) throw new Error(`${tool} is missing here`);
    symlinkSync(real, join(bin, tool));
  }
  for (const program of PROGRAMS) install(program);
  install('node', 'echo v20.19.0');
  install('id', 'echo 1000');
});

afterEach(() => rmSync(clone, { recursive: true }));

describe('setup/prepare', () => {
  it.each(['build', 'demo', 'test'])('says and does nothing for %s when nothing is missing', (purpose) => {
    expect(prepare(purpose)).toEqual({ status: 0, told: '', calls: [''] });
  });

  it.each([[], ['everything']])('explains itself when called with %j', (...args) => {
    const { status, told } = prepare(...args);
    expect(status).toBe(2);
    expect(told).toContain('usage: setup/prepare build|demo|demo-cluster|test');
  });

  it.each([
    ['v18.20.4', 'Node.js v18.20.4 is too old: install 20.19 or newer'],
    ['v20.18.9', 'Node.js v20.18.9 is too old: install 20.19 or newer'],
    ['v9.99.0', 'Node.js v9.99.0 is too old: install 20.19 or newer'],
    ['v20.19.0', ''],
    ['v22.0.0', ''],
    ['v100.1.0', ''],
  ])('judges Node.js %s', (version, word) => {
    install('node', `echo ${version}`);
    const { status, told } = prepare('build');
    expect(status).toBe(word === '' ? 0 : 1);
    expect(told).toContain(word);
  });

  it.each([
    ['node', 'Node.js is missing: install 20.19 or newer'],
    ['npm', 'npm is missing'],
  ])('says that %s is missing', (program, word) => {
    uninstall(program);
    expect(prepare('build')).toMatchObject({ status: 1, told: expect.stringContaining(word) });
  });

  it('names all that is missing where it cannot install, and touches nothing', () => {
    for (const program of ['cc', 'ip', 'tcpdump']) uninstall(program);
    const { status, told, calls } = prepare('test');
    expect(status).toBe(1);
    expect(told).toMatch(/^setup: missing: a C compiler, ip, tcpdump\nsetup: install that with the package manager/);
    expect(calls).toEqual(['']);
  });

  it.each([
    ['build', 'tcpdump', 0],
    ['demo', 'tcpdump', 1],
    ['demo', 'arping', 0],
    ['demo', 'nft', 0],
    ['demo-cluster', 'nft', 1],
    ['demo-cluster', 'nginx', 1],
    ['demo-cluster', 'arping', 0],
    ['test', 'nginx', 1],
    ['test', 'arping', 1],
    ['demo', 'g++', 0],
    ['test', 'g++', 1],
    ['test', 'python3', 1],
    ['demo-cluster', 'bird', 1],
    ['demo', 'bird', 0],
    ['test', 'bird', 1],
    ['test', 'vtysh', 1],
    ['test', 'gobgpd', 1],
    ['test', 'bgpctl', 1],
    ['test', 'exabgp', 1],
    ['test', 'promtool', 1],
    ['test', 'zsh', 1],
    ['demo-cluster', 'fish', 0],
    ['test', 'fish', 1],
  ])('asks for %s: needs %s? %d', (purpose, program, status) => {
    uninstall(program);
    expect(prepare(purpose).status).toBe(status);
  });

  it('tells an ordinary user without sudo what to run', () => {
    uninstall('tcpdump');
    install('apt-get');
    install('sudo', 'exit 1');
    const { status, told, calls } = prepare('demo');
    expect(status).toBe(1);
    expect(told).toContain('apt-get install --no-install-recommends tcpdump');
    expect(calls).toEqual(['sudo -n true', '']);
  });

  it('installs with sudo where that asks nothing, and starts no service', () => {
    uninstall('tcpdump');
    uninstall('arping');
    install('apt-get');
    install('sudo', 'exit 0');
    const { status, told, calls } = prepare('test');
    expect(status).toBe(0);
    expect(told).toContain('setup: installing with apt-get: tcpdump iputils-arping\n');
    const packages = 'install --yes --no-install-recommends tcpdump iputils-arping';
    expect(calls.filter((call) => call.includes('apt-get'))).toEqual([
      'sudo -n env apt-get -qq update',
      `sudo -n env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 ${packages}`,
    ]);
    if (!existsSync('/usr/sbin/policy-rc.d')) {
      expect(calls).toContain('sudo -n env tee /usr/sbin/policy-rc.d');
      expect(calls.at(-2)).toBe('sudo -n env rm -f /usr/sbin/policy-rc.d');
    }
  });

  it('installs npm packages when the lock file is not the one they were installed from', () => {
    writeFileSync(join(clone, 'package-lock.json'), '{"changed": true}');
    const first = prepare('build');
    expect(first).toMatchObject({ status: 0, told: 'setup: installing npm packages in .\n' });
    expect(first.calls[0]).toMatch(/^npm ci --prefix \. --include=dev /);
    expect(prepare('build')).toMatchObject({ status: 0, told: '' });
  });

  it('installs npm packages again after an install that failed', () => {
    writeFileSync(join(clone, 'package-lock.json'), '{"changed": true}');
    install('npm', 'exit 1');
    expect(prepare('build').status).toBe(1);
    expect(prepare('build')).toMatchObject({ status: 1, told: 'setup: installing npm packages in .\n' });
  });

  describe('where raw-socket could not be compiled', () => {
    /** As npm does: what is optional and cannot be compiled is left out. */
    const npm = 'rm -rf node_modules/raw-socket; ! command -v g++ >/dev/null || mkdir node_modules/raw-socket';
    beforeEach(() => {
      uninstall('g++');
      install('npm', `rm -rf node_modules/.installed-with-compiler; ${npm}`);
      writeFileSync(join(clone, 'package-lock.json'), '{"changed": true}');
      expect(prepare('demo').status).toBe(0);
      expect(existsSync(join(clone, 'node_modules/raw-socket'))).toBe(false);
      rmSync(join(clone, 'calls'));
    });

    it('leaves it out as long as there is no compiler', () => {
      expect(prepare('demo')).toEqual({ status: 0, told: '', calls: [''] });
    });

    it('installs it once the compiler is there, and asks npm for nothing then', () => {
      install('g++');
      const { status, told, calls } = prepare('test');
      expect([status, calls.length]).toEqual([0, 2]);
      expect(told).toBe('setup: raw-socket could not be compiled before\nsetup: installing npm packages in .\n');
      expect(existsSync(join(clone, 'node_modules/raw-socket'))).toBe(true);
      rmSync(join(clone, 'calls'));
      expect(prepare('test')).toEqual({ status: 0, told: '', calls: [''] });
    });

    it('tries once where it cannot be compiled with that either', () => {
      install('g++');
      install('npm', 'rm -rf node_modules/.installed-with-compiler');
      expect(prepare('test').told).toContain('installing npm packages');
      rmSync(join(clone, 'calls'));
      expect(prepare('test')).toEqual({ status: 0, told: '', calls: [''] });
    });
  });
});
