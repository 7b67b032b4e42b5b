import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, realpath, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const ADDON = 'native/build/native.node';
const run = promisify(execFile);

/** A copy of this project in which all is there to build the program. */
export interface Source {
  readonly folder: string;
  /** What it is, for people. */
  readonly name: string;
}

/**
 * The version before the one that is checked out: the first parent of its commit, in a folder of its own. Where that is
 * not to be had, as in a shallow clone or an export, it is this project itself, and the name says why.
 *
 * @param root the folder of this project
 */
export async function previousSource(folder: string, root = ROOT): Promise<Source> {
  let commit: string;
  try {
    commit = await parentCommit(root);
  } catch (error) {
    return { folder: root, name: `the same version, since ${error instanceof Error ? error.message : error}` };
  }
  const archive = join(folder, 'previous.tar');
  const source = join(folder, 'previous-source');
  await mkdir(source);
  await git(root, 'archive', `--output=${archive}`, commit);
  await run('tar', ['-xf', archive, '-C', source]);
  await symlink(join(root, 'node_modules'), join(source, 'node_modules'));
  if (await isAsIn(root, commit, 'native')) {
    // The files of the archive are older, so that nothing is compiled.
    await mkdir(join(source, 'native/build'));
    await copyFile(join(root, ADDON), join(source, ADDON));
  }
  await run('make', ['-s', '-C', join(source, 'native')]);
  return { folder: source, name: `commit ${commit.slice(0, 12)}` };
}

/** @throws Error whose message completes "since ..." */
async function parentCommit(root: string): Promise<string> {
  const top = await git(root, 'rev-parse', '--show-toplevel').catch(() => '');
  if (top === '' || (await realpath(top.trim())) !== (await realpath(root))) throw new Error('there is no repository');
  const commit = (await git(root, 'rev-parse', '--verify', '--quiet', 'HEAD^1').catch(() => '')).trim();
  if (commit === '') throw new Error('the commit before is not in this clone');
  const before = packagesOf(await git(root, 'show', `${commit}:package-lock.json`));
  const now = packagesOf(await readFile(join(root, 'package-lock.json'), 'utf8'));
  if (before !== now) throw new Error('the commit before was built from other packages than are installed');
  return commit;
}

/** What a lock file installs, but for the project itself. */
function packagesOf(lock: string): string {
  const { packages } = JSON.parse(lock) as { packages: Readonly<Record<string, unknown>> };
  return JSON.stringify(Object.entries(packages).filter(([path]) => path !== ''));
}

/** Whether a path is the same here as in a commit. */
async function isAsIn(root: string, commit: string, path: string): Promise<boolean> {
  return await git(root, 'diff', '--quiet', commit, '--', path).then(
    () => true,
    () => false,
  );
}

async function git(root: string, ...args: readonly string[]): Promise<string> {
  // Whoever checked it out may be another user than the one who tests.
  const trusted = ['-c', `safe.directory=${root.replace(/\/$/, '')}`, '-C', root];
  return (await run('git', [...trusted, ...args], { maxBuffer: 64 * 1024 * 1024 })).stdout;
}
