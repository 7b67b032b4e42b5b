import { silentLogger } from '../log/silent.ts';
import type { DirectoryStore } from '../store/directory/directory-store.ts';
import { openDirectoryStore } from '../store/directory/open-directory-store.ts';

/**
 * Opens a directory store to look at it: nothing in it is changed, and whoever runs on it is not disturbed.
 *
 * @throws StoreError where the folder is not there or is none.
 */
export function openDirectory(directory: string, stateDirectory: string | undefined): Promise<DirectoryStore> {
  return openDirectoryStore({ directory, stateDirectory, logger: silentLogger, readOnly: true });
}
