import { appendFileSync } from 'node:fs';
import { silentLogger } from '../../../../src/log/silent.ts';
import { FolderLock } from '../../../../src/store/directory/folder-lock.ts';

/**
 * `hold-lock FOLDER HOLDER LEASE LOG`: tries for the lock, and as long as it holds it, appends to the log at each look:
 * holder, how many times it had lost the lock before, and CLOCK_MONOTONIC, in nanoseconds, before the look.
 */
const [folder = '', holder = '', lease = '', log = ''] = process.argv.slice(2);
const lock = new FolderLock({ folder, holder, logger: silentLogger, leaseMillis: Number(lease) });
let losses = 0;
lock.onChange((held) => {
  if (!held) losses++;
});
lock.start();
setInterval(() => {
  const now = process.hrtime.bigint();
  if (lock.held()) appendFileSync(log, `${holder} ${losses} ${now}\n`);
}, 2);
process.on('SIGTERM', () => {
  void lock.stop().then(() => process.exit(0));
});
process.stdout.write('ready\n');
