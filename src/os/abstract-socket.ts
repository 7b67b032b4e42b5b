import { HOST_LITTLE_ENDIAN, viewOf } from './byte-order.ts';
import { native } from './native.ts';
import { describeError } from './system-error.ts';

const AF_UNIX = 1;
const SOCK_STREAM = 1;
/** That it shows in `ss -xl`; nobody is meant to connect. */
const BACKLOG = 1;

/**
 * Takes a name among the abstract UNIX sockets (unix(7)) of this network namespace, which one process can have at a time.
 * The kernel frees it when the process ends, however that comes about.
 *
 * @param name without the zero in front
 * @returns gives it back
 * @throws SystemError `EADDRINUSE` where another has it.
 * @throws NativeAddonError when the addon is not built.
 */
export function takeAbstractName(name: string): () => void {
  const addon = native();
  // struct sockaddr_un: u16 family, and the path, whose first octet is zero in an abstract name.
  const address = Buffer.concat([Buffer.alloc(3), Buffer.from(name, 'latin1')]);
  viewOf(address).setUint16(0, AF_UNIX, HOST_LITTLE_ENDIAN);
  let fd: number | undefined;
  try {
    fd = addon.socket(AF_UNIX, SOCK_STREAM, 0);
    addon.bind(fd, address);
    addon.listen(fd, BACKLOG);
  } catch (error) {
    if (fd !== undefined) addon.close(fd);
    throw describeError(error, `cannot take the abstract socket @${name}`);
  }
  const taken = fd;
  let isTaken = true;
  return () => {
    if (isTaken) addon.close(taken);
    isTaken = false;
  };
}
