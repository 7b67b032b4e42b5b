import { chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { build } from 'esbuild';

const SHEBANG = '#!/usr/bin/env node';
/** CommonJS dependencies inside an ES module still call `require` for Node's own modules. */
const REQUIRE =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

await mkdir('dist', { recursive: true });
/** All is made here before each file takes the place of the last one, so that a linked `berth` is there all the time. */
const next = await mkdtemp('dist/.next-');

/**
 * Made small, since a fifth of the time to start goes with it. Names stay whole and lines short, so that a stack trace
 * in a bug report can be read.
 */
const OPTIONS = {
  outdir: next,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  mainFields: ['module', 'main'],
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 160,
  legalComments: 'external',
  logLevel: 'warning',
};

try {
  await Promise.all([
    // What is loaded only by some commands is in files of its own: three quarters of all, for kubeconfigs.
    build({
      ...OPTIONS,
      entryPoints: { berth: 'src/cli/main.ts' },
      splitting: true,
      chunkNames: 'part-[hash]',
      banner: { js: `${SHEBANG}\n${REQUIRE}` },
    }),
    build({ ...OPTIONS, entryPoints: { 'wire-worker': 'src/speaker/wire-worker.ts' }, banner: { js: REQUIRE } }),
    copyFile('native/build/native.node', `${next}/native.node`),
  ]);
  await chmod(`${next}/berth.js`, 0o755);
  // The program after what it loads.
  const built = (await readdir(next)).sort((a, b) => Number(a === 'berth.js') - Number(b === 'berth.js'));
  for (const file of built) await rename(`${next}/${file}`, `dist/${file}`);
  for (const entry of await readdir('dist', { withFileTypes: true })) {
    if (entry.isFile() && !built.includes(entry.name)) await rm(`dist/${entry.name}`);
  }
} finally {
  await rm(next, { recursive: true, force: true });
}

for (const file of ['berth.js', 'wire-worker.js', 'native.node']) {
  const { size } = await stat(`dist/${file}`);
  console.log(`dist/${file.padEnd(15)} ${(size / 1024).toFixed(0).padStart(6)} KiB`);
}
