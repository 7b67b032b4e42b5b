import type { ControllerLife } from '../../explain/controller-life.ts';
import { isAlive } from '../../os/process-identity.ts';
import { parseLock } from '../../store/directory/lock-content.ts';
import { FolderLockFiles } from '../../store/directory/lock-files.ts';

/** Whether somebody allocates on a folder, by its lock as it is now; that of another machine is believed. */
export async function folderController(stateDirectory: string): Promise<ControllerLife> {
  const file = await new FolderLockFiles(stateDirectory).look().catch(() => undefined);
  const lock = parseLock(file?.text);
  if (lock === undefined) {
    return { state: 'Missing', holder: null, renewed: null, message: 'down: nobody has the lock of the folder' };
  }
  const { holder, identity } = lock;
  const life = identity === undefined ? 'unknown' : isAlive(identity);
  if (lock.isReleased) {
    return {
      state: 'Released',
      holder: null,
      renewed: null,
      message: `down: ${holder} gave up the lock of the folder`,
    };
  }
  if (life === 'dead') {
    return { state: 'Expired', holder, renewed: null, message: `down: ${holder} had the lock of the folder and died` };
  }
  const message = `up: ${holder} has the lock of the folder${life === 'alive' ? '' : ', on another machine'}`;
  return { state: life === 'alive' ? 'Held' : 'Unknown', holder, renewed: null, message };
}
