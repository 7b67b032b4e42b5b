import { chmod, copyFile, mkdir, rm, stat } from 'node:fs/promises';
import { build } from 'esbuild';

const SHEBANG = '#!/usr/bin/env node';
/** CommonJS dependencies inside an ES module still call `require` for Node's own modules. */
const REQUIRE =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

/**
 * Made small, since a fifth of the time to start goes with it. Names stay whole and lines short, so that a stack trace
 * in a bug report can be read.
 */
const OPTIONS = {
  outdir: 'dist',
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

await rm('dist', { recursive: true, force: true });
await mkdir('dist');
await Promise.all([
  build({ ...OPTIONS, entryPoints: { berth: 'src/cli/main.ts' }, banner: { js: `${SHEBANG}\n${REQUIRE}` } }),
  build({ ...OPTIONS, entryPoints: { 'wire-worker': 'src/speaker/wire-worker.ts' }, banner: { js: REQUIRE } }),
  copyFile('native/build/native.node', 'dist/native.node'),
]);
await chmod('dist/berth.js', 0o755);

for (const file of ['berth.js', 'wire-worker.js', 'native.node']) {
  const { size } = await stat(`dist/${file}`);
  console.log(`dist/${file.padEnd(15)} ${(size / 1024).toFixed(0).padStart(6)} KiB`);
}
