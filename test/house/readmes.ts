import { dirname } from 'node:path/posix';

/** The README.md that tells of a file: the nearest one above it; undefined where there is none. */
export function readmeOf(path: string, files: ReadonlySet<string>): string | undefined {
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
    if (files.has(`${folder}/README.md`)) return `${folder}/README.md`;
  }
  return undefined;
}

/** The names of files of source files in the code spans of a Markdown text, with or without folders; `*` stands for any letters. */
export function fileNamesIn(text: string): readonly string[] {
  return [...text.matchAll(/`([\w.*/-]+\.(?:ts|mjs))`/g)].map(([, name = '']) => name);
}

/** Whether a README names a file: by its own name, by the end of its path, or by a pattern. */
export function isNamed(path: string, names: readonly string[]): boolean {
  return names.some(
    (name) => `/${path}`.endsWith(`/${name}`) || (name.includes('*') && patternOf(name).test(`/${path}`)),
  );
}

/** The names of a README that are no file's, neither below the README's folder nor as a path from there or from the root. */
export function namesOfNothing(
  readme: string,
  names: readonly string[],
  files: ReadonlySet<string>,
): readonly string[] {
  const folder = dirname(readme);
  const below = [...files].filter((path) => path.startsWith(`${folder}/`));
  return names.filter((name) => {
    const path = new URL(name, `file:///${readme}`).pathname.slice(1);
    return !files.has(path) && !files.has(name) && !below.some((each) => isNamed(each, [name]));
  });
}

function patternOf(name: string): RegExp {
  const letters = name.replaceAll('.', '\\.').replaceAll('*', '[\\w-]*');
  return new RegExp(`/${letters}$`);
}
