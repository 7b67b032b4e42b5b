import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ownArgument } from './dockerfile.ts';

/** Where `setup/prepare runtimes` puts it. */
const installed = (major: string): string =>
  fileURLToPath(new URL(`../../runtimes/node_modules/node-${major}/bin/node`, import.meta.url));

/**
 * The Node.js that the image has, by its path: of the version that the Dockerfile names, which need not be the one that
 * runs this. @throws Error where there is none, with the remedy
 */
export async function imageNode(): Promise<string> {
  const major = ownArgument('NODE');
  for (const path of [process.execPath, installed(major)]) {
    const version = await promisify(execFile)(path, ['--version']).catch(() => undefined);
    if (version?.stdout.startsWith(`v${major}.`)) return path;
  }
  throw new Error(
    `the image has Node.js ${major}, and this is ${process.version}: "setup/prepare runtimes" installs the other beside it, on x86-64; elsewhere run the same with Node.js ${major}`,
  );
}
