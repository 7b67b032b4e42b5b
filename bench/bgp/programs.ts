import { copyFile, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Bundles the speaker's worker as it is shipped, and the programs of the BGP benches beside it. Gives the folder. */
export async function bundlePrograms(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-bgp-'));
  await build({
    outdir: folder,
    entryPoints: {
      'wire-worker': join(ROOT, 'src/speaker/wire/worker.ts'),
      'berth-process': join(ROOT, 'bench/bgp/berth-process.ts'),
      'bfd-process': join(ROOT, 'bench/bgp/bfd-process.ts'),
      'echo-process': join(ROOT, 'bench/bgp/echo-process.ts'),
      'probe-process': join(ROOT, 'bench/bgp/probe-process.ts'),
      'ready-made-process': join(ROOT, 'bench/bgp/ready-made-process.ts'),
    },
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    mainFields: ['module', 'main'],
    banner: {
      js: "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url);",
    },
    logLevel: 'warning',
  });
  await copyFile(join(ROOT, 'native/build/native.node'), join(folder, 'native.node'));
  return folder;
}
