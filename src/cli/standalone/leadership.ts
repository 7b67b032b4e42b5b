import type { Logger } from '../../log/logger.ts';
import type { DirectoryStore } from '../../store/directory/directory-store.ts';
import { FolderLock } from '../../store/directory/folder-lock.ts';
import { defaultStateDirectory } from '../../store/directory/open-directory-store.ts';
import { KnowingLeadership } from './knowing-leadership.ts';
import type { StandaloneSettings } from './settings.ts';

/**
 * The right to allocate, by the folder's lock. A folder that is not `--shared` is locked too: then the only other
 * contender is one started by mistake, or `--once` beside a daemon.
 */
export function openLeadership(
  settings: Pick<StandaloneSettings, 'directory' | 'stateDirectory' | 'nodeName'>,
  store: DirectoryStore,
  logger: Logger,
): KnowingLeadership {
  const { directory, stateDirectory, nodeName } = settings;
  const folder = stateDirectory ?? defaultStateDirectory(directory);
  return new KnowingLeadership(new FolderLock({ folder, holder: nodeName, directory, logger }), store, logger);
}
