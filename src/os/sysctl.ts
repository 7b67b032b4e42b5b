import { readFileSync, writeFileSync } from 'node:fs';
import { describeError } from './system-error.ts';

const ROOT = '/proc/sys';

/**
 * Reads a kernel setting.
 *
 * @param path below `/proc/sys`, with slashes since names of interfaces may hold dots: `net/ipv4/conf/eth0/arp_ignore`
 * @returns the value without the newline at its end
 * @throws RangeError for a path that could lead elsewhere.
 * @throws SystemError `ENOENT` where this kernel, or an interface, does not have it.
 */
export function readSysctl(path: string): string {
  const file = sysctlFile(path);
  try {
    return readFileSync(file, 'utf8').trimEnd();
  } catch (error) {
    throw describeError(error, `cannot read ${file}`);
  }
}

/**
 * Changes a kernel setting of this network namespace or, for what is not per namespace, of the machine.
 *
 * @param path see {@link readSysctl}
 * @throws RangeError for a path that could lead elsewhere, or a value of more than one line.
 * @throws SystemError `EACCES` or `EROFS` without the right, `EINVAL` for a value that the kernel refuses.
 */
export function writeSysctl(path: string, value: string | number): void {
  const file = sysctlFile(path);
  const text = String(value);
  if (/[\n\0]/.test(text)) throw new RangeError(`${path}: a value is one line of text, not ${JSON.stringify(text)}`);
  try {
    writeFileSync(file, `${text}\n`, { flag: 'r+' });
  } catch (error) {
    throw describeError(error, `cannot write "${text}" to ${file}`, {
      EACCES: 'run as root or grant CAP_NET_ADMIN',
      EPERM: 'run as root or grant CAP_NET_ADMIN',
      EROFS: '/proc/sys is mounted read-only: run privileged, or set it on the host',
    });
  }
}

function sysctlFile(path: string): string {
  const names = path.split('/');
  // Interface names hold anything but "/" and white space (Linux dev_valid_name), so that is all that can be refused.
  const valid = names.every((name) => name !== '' && name !== '.' && name !== '..' && !/[\s\0]/.test(name));
  if (!valid) throw new RangeError(`"${path}" names no kernel setting: write it as net/ipv4/conf/eth0/arp_ignore`);
  return `${ROOT}/${path}`;
}
