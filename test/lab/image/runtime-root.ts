import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildBerth } from '../cli/bundle.ts';
import { ownLastStage } from './dockerfile.ts';
import { imageNode } from './image-node.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** Where the Dockerfile builds. */
const WORKDIR = '/src/';
/** What a container engine mounts, and makes where the image does not have it. */
const MOUNT_POINTS = ['proc', 'sys', 'dev', 'run', 'etc'];

/** The files of the image, in a folder: what the last stage of the Dockerfile copies, and no more. */
export class RuntimeRoot {
  private constructor(
    readonly folder: string,
    /** Program and script; the arguments of a container come behind them. */
    readonly entrypoint: readonly string[],
    readonly environment: Readonly<Record<string, string>>,
  ) {}

  /**
   * @param folder in which it is made, with what it is made of
   * @param source this project, or another copy of it in which all is there to build
   */
  static async assemble(folder: string, source = ROOT): Promise<RuntimeRoot> {
    await buildBerth(source);
    const { base, copies, entrypoint, environment } = ownLastStage(source);
    if (base !== 'scratch') throw new Error(`the image has the files of ${base} too`);
    const stage = join(folder, 'stage-node');
    const env = { ...process.env, PATH: `${dirname(await imageNode())}:${process.env.PATH}` };
    await promisify(execFile)(join(source, 'image/runtime-files'), ['node', join(stage, 'runtime')], { env });
    const root = join(folder, 'root');
    await mkdir(root);
    for (const { stage: name, source: path, target } of copies) {
      const from = name === 'bundle' ? join(source, withoutWorkdir(path)) : join(stage, path);
      const isFolder = (await stat(from)).isDirectory();
      const to = join(root, target, isFolder || !target.endsWith('/') ? '' : (path.split('/').at(-1) ?? ''));
      await mkdir(dirname(to), { recursive: true });
      await cp(from, to, { recursive: true });
    }
    return new RuntimeRoot(root, entrypoint, environment);
  }

  /** Each file of the image with its size in octets, by path from the root. */
  async files(): Promise<ReadonlyMap<string, number>> {
    const entries = await readdir(this.folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    return new Map(
      await Promise.all(files.map(async (path) => [path.slice(this.folder.length), (await stat(path)).size] as const)),
    );
  }

  /** Makes what an engine mounts over. */
  async addMountPoints(): Promise<void> {
    for (const name of MOUNT_POINTS) await mkdir(join(this.folder, name), { recursive: true });
  }
}

function withoutWorkdir(path: string): string {
  if (!path.startsWith(WORKDIR)) throw new Error(`${path} is not of the build`);
  return path.slice(WORKDIR.length);
}
