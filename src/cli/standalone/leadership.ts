import type { Logger } from '../../log/logger.ts';
import { FolderLock } from '../../store/directory/folder-lock.ts';
import { defaultStateDirectory } from '../../store/directory/open-directory-store.ts';
import type { Leadership } from '../../store/leadership.ts';
import type { StandaloneSettings } from './settings.ts';

/**
 * The right to allocate, by the folder's lock. A folder that is not `--shared` is locked too: then the only other
 * contender is one started by mistake, or `--once` beside a daemon.
 */
export function openLeadership(settings: StandaloneSettings, logger: Logger): Leadership {
  const { directory, stateDirectory, nodeName } = settings;
  return new FolderLock({ folder: stateDirectory ?? defaultStateDirectory(directory), holder: nodeName, logger });
}
