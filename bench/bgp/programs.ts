import { fileURLToPath } from 'node:url';
import { bundleWithWire } from '../../test/lab/speaker/bundle.ts';

const PROGRAMS = ['berth-process', 'bfd-process', 'echo-process', 'probe-process', 'ready-made-process'];

/** Bundles the speaker's worker as it is shipped, and the programs of the BGP benches beside it. Gives the folder. */
export function bundlePrograms(): Promise<string> {
  const sources = PROGRAMS.map(
    (program) => [program, fileURLToPath(new URL(`${program}.ts`, import.meta.url))] as const,
  );
  return bundleWithWire(Object.fromEntries(sources), '.mjs');
}
