import type { Logger } from '../../log/logger.ts';

/**
 * What keeps the kernel from answering for addresses on `lo`, and from asking in their name on another interface
 * (Linux Documentation/networking/ip-sysctl.rst). The larger of `all` and the interface's own value counts.
 */
const WANTED: readonly (readonly [path: string, value: number])[] = [
  ['net/ipv4/conf/all/arp_ignore', 1],
  ['net/ipv4/conf/all/arp_announce', 2],
];

/** How kernel settings are read and written; throws as `src/os/sysctl.ts` does. */
export interface SysctlAccess {
  read(path: string): string;
  write(path: string, value: string): void;
}

/**
 * Raises the settings to what is needed, and returns a function that puts back what stood there. A setting that cannot
 * be changed is warned of, once, and left: Berth answers all the same, and so may the kernel.
 */
export function raiseArpSysctls(access: SysctlAccess, logger: Logger): () => void {
  const previous: (readonly [path: string, value: string])[] = [];
  const failures: string[] = [];
  for (const [path, wanted] of WANTED) {
    try {
      const value = access.read(path);
      if (Number(value) >= wanted) continue;
      access.write(path, String(wanted));
      previous.push([path, value]);
    } catch (error) {
      failures.push(
        `${path.replaceAll('/', '.')}=${wanted}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  if (failures.length > 0) {
    logger.warn('the kernel may answer ARP besides Berth: set these on the host', { settings: failures });
  }
  return () => {
    for (const [path, value] of previous) {
      try {
        access.write(path, value);
      } catch (error) {
        logger.warn('a kernel setting could not be put back', { path, value, reason: String(error) });
      }
    }
  };
}
