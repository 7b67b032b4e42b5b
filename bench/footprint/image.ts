import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGzip } from 'node:zlib';
import { RuntimeRoot } from '../../test/lab/image/runtime-root.ts';
import { type Result, summarise } from '../measure.ts';
import { NODE_SLIM, published } from './published.ts';

const MEBIBYTE = 1024 * 1024;

/**
 * How much the files of the image are, on disk and compressed as a registry keeps them, beside the image that most programs
 * in Node.js are put on. The Node.js in it is of the version that the Dockerfile names.
 */
export async function image(): Promise<readonly Result[]> {
  const folder = await mkdtemp(join(tmpdir(), 'footprint-'));
  try {
    const root = await RuntimeRoot.assemble(folder);
    const files = await root.files();
    const onDisk = [...files.values()].reduce((sum, octets) => sum + octets, 0) / MEBIBYTE;
    const toTransfer = (await compressed(root.folder)) / MEBIBYTE;
    return [...besides('image', onDisk, NODE_SLIM.onDisk), ...besides('image-gzip', toTransfer, NODE_SLIM.toTransfer)];
  } finally {
    await rm(folder, { recursive: true });
  }
}

function besides(name: string, ours: number, slim: number): readonly Result[] {
  return [
    summarise(name, 1, 'MiB', [ours]),
    published(`${name}-node-slim`, 1, 'MiB', slim),
    summarise(`${name}-ratio`, 1, 'x', [ours / slim]),
  ];
}

/** Octets of one layer with all the files, at the level that builders of images choose. */
async function compressed(folder: string): Promise<number> {
  const tar = spawn('tar', ['--directory', folder, '--create', '--file', '-', '.'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let octets = 0;
  for await (const chunk of tar.stdout.pipe(createGzip())) octets += (chunk as Buffer).length;
  return octets;
}
