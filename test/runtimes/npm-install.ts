import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, realpath, symlink } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** How a tarball is installed. */
export interface NpmInstall {
  /** The Node.js that npm runs on, and that what needs compiling is compiled for. */
  readonly node: string;
  readonly tarball: string;
  readonly prefix: string;
  /** Where programs are searched for, in place of the `PATH`. */
  readonly path?: string | undefined;
  readonly options?: readonly string[] | undefined;
}

/** `npm install --global` into a prefix, as somebody does who has that Node.js. Rejects with what npm complains of. */
export async function npmInstall({ node, tarball, prefix, path, options = [] }: NpmInstall): Promise<void> {
  const args = ['install', '--global', '--prefer-offline', '--fetch-retries=0', ...options, '--prefix', prefix];
  await execute(node, [await npmProgram(), ...args, tarball], { env: environment(node, path) });
}

/** Installs, in the folder of an installed package, what it depends on itself: npm heeds `overrides` there alone. */
export async function npmInstallWithin(node: string, folder: string): Promise<void> {
  await execute(node, [await npmProgram(), 'install', '--omit=dev', '--prefer-offline'], {
    cwd: folder,
    env: environment(node),
  });
}

function environment(node: string, path = process.env.PATH): NodeJS.ProcessEnv {
  const home = dirname(dirname(node));
  // node-gyp would download headers, where they came with Node.js too.
  const headers = existsSync(join(home, 'include/node/node_api.h')) ? { npm_config_nodedir: home } : {};
  return { ...process.env, ...headers, PATH: `${dirname(node)}${delimiter}${path}` };
}

/** The script that the command is, to be run by any Node.js. */
async function npmProgram(): Promise<string> {
  return await realpath(await which('npm'));
}

/** Makes a folder in which these programs are, and no compiler. */
export async function folderOf(folder: string, programs: readonly string[]): Promise<string> {
  await mkdir(folder);
  for (const program of programs) await symlink(await which(program), join(folder, program));
  return folder;
}

async function which(program: string): Promise<string> {
  return (await execute('sh', ['-c', 'command -v "$1"', 'sh', program])).stdout.trim();
}
