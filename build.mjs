import { chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { build } from 'esbuild';

/** CommonJS dependencies inside an ES module still call `require` for Node's own modules. */
const REQUIRE =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

/** What is started, rather than loaded by something else. */
const PROGRAMS = ['berth.js', 'wire-worker.js', 'native.node'];

const began = Date.now();
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
  // node-fetch has it for Node.js before 10. It loads punycode, of which Node.js 22 and 24 warn on stderr.
  alias: { 'whatwg-url': 'node:url' },
  banner: { js: REQUIRE },
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 160,
  legalComments: 'external',
  logLevel: 'warning',
};

try {
  await Promise.all([
    // What a command loads only when it runs is a chunk of its own, so that the others start without it.
    build({ ...OPTIONS, entryPoints: { berth: 'src/cli/main.ts' }, splitting: true }),
    build({ ...OPTIONS, entryPoints: { 'wire-worker': 'src/speaker/wire/worker.ts' } }),
    copyFile('native/build/native.node', `${next}/native.node`),
  ]);
  await chmod(`${next}/berth.js`, 0o755);
  const built = await readdir(next);
  // First what a program loads, then the programs, then away with what the former ones loaded.
  built.sort((a, b) => PROGRAMS.includes(a) - PROGRAMS.includes(b));
  for (const file of built) await rename(`${next}/${file}`, `dist/${file}`);
  for (const entry of await readdir('dist', { withFileTypes: true })) {
    const path = `dist/${entry.name}`;
    // What has come since this build began is of another one beside it.
    if (entry.isFile() && !built.includes(entry.name) && (await stat(path)).mtimeMs < began) await rm(path);
  }
} finally {
  await rm(next, { recursive: true, force: true });
}

let chunks = 0;
for (const file of await readdir('dist')) {
  const { size } = await stat(`dist/${file}`);
  if (PROGRAMS.includes(file)) print(file, size);
  else chunks += size;
}
print('(chunks)', chunks);

function print(file, size) {
  console.log(`dist/${file.padEnd(15)} ${(size / 1024).toFixed(0).padStart(6)} KiB`);
}
