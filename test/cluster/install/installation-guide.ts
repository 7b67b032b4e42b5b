import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { blocksOf } from '../../lab/typed-shell.ts';

export const GUIDE = fileURLToPath(new URL('../../../docs/installation.md', import.meta.url));

/** What docs/installation.md has to type, by heading. `life.test.ts` and `helm.test.ts` type all of it. */
export type Typed = Readonly<Record<string, readonly string[]>>;

/** Only headings under which there is something to type. */
export function typedByHeading(markdown = readFileSync(GUIDE, 'utf8')): Typed {
  const sections = markdown.split(/^## /m).map((section) => {
    const [heading = ''] = section.split('\n');
    return [heading, blocksOf(section).map(({ script }) => script)] as const;
  });
  return Object.fromEntries(sections.filter(([, scripts]) => scripts.length > 0));
}

/** One block under a heading, with a registry for the reader's own. Throws where there is none. */
export function typed(heading: string, index: number, registry = 'registry.example'): string {
  const script = typedByHeading()[heading]?.[index];
  if (script === undefined) throw new Error(`docs/installation.md has no block ${index} under "${heading}"`);
  return script.replaceAll('REGISTRY', registry);
}
