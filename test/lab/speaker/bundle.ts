import { copyFile, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { BUNDLE } from '../../bundle.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Bundles the worker as it is shipped, with the lab's own programs and the addon beside it. Gives the folder. */
export function bundleWire(): Promise<string> {
  const lab = (program: string) => join(ROOT, `test/lab/speaker/${program}.ts`);
  const programs = ['wire-host', 'arp-station', 'hostile-peer'].map((program) => [program, lab(program)] as const);
  return bundleWithWire(Object.fromEntries(programs), '.js');
}

/** The same with other programs: the path of the source of each, by name. */
export async function bundleWithWire(
  programs: Readonly<Record<string, string>>,
  extension: '.js' | '.mjs',
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-wire-'));
  await build({
    ...BUNDLE,
    outdir: folder,
    entryPoints: { 'wire-worker': join(ROOT, 'src/speaker/wire/worker.ts'), ...programs },
    outExtension: { '.js': extension },
  });
  await copyFile(join(ROOT, 'native/build/native.node'), join(folder, 'native.node'));
  return folder;
}
