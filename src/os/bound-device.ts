import type { Native } from './native.ts';

const SOL_SOCKET = 1;
const SO_BINDTODEVICE = 25;

/**
 * Binds a socket to an interface: it sends and receives by that one alone, or, where that is a VRF, by the interfaces and
 * the routes of that (socket(7), Documentation/networking/vrf.rst of Linux).
 *
 * @throws as setsockopt(2): `ENODEV` for an unknown interface, `EPERM` without CAP_NET_RAW on kernels before 5.7.
 */
export function bindToDevice(addon: Native, fd: number, name: string): void {
  addon.setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, Buffer.from(`${name}\0`));
}
