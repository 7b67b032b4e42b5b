import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { loadYaml } from '@kubernetes/client-node';
import { isMembers } from './trim.ts';

/** The files that make up a kubeconfig: the one that is named, else those that kubectl would read. */
export function kubeconfigFiles(path: string | undefined): readonly string[] {
  if (path !== undefined) return [path];
  const named = (process.env.KUBECONFIG ?? '').split(delimiter).filter((file) => file !== '');
  return named.length > 0 ? named : [join(homedir(), '.kube', 'config')];
}

/**
 * The `tokenFile` of a user in these files, which `@kubernetes/client-node` 1.4 passes over. Relative to the kubeconfig
 * that names it, as for kubectl. The first file that has the user counts.
 */
export function findTokenFile(files: readonly string[], user: string): string | undefined {
  for (const file of files) {
    const found = usersOf(file).find((entry) => isMembers(entry) && entry.name === user);
    if (!isMembers(found)) continue;
    const tokenFile = isMembers(found.user) ? found.user.tokenFile : undefined;
    return typeof tokenFile === 'string' && tokenFile !== '' ? resolve(dirname(file), tokenFile) : undefined;
  }
  return undefined;
}

function usersOf(file: string): readonly unknown[] {
  try {
    const content: unknown = loadYaml(readFileSync(file, 'utf8'));
    return isMembers(content) && Array.isArray(content.users) ? content.users : [];
  } catch {
    // One of several may be missing. That none can be read has been said by whoever loaded them.
    return [];
  }
}
