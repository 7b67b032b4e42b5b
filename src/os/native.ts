import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The addon in `native/`: socket calls that Node does not have. Every function throws a system error as Node's own are
 * (`code` such as `EPERM`, `errno`, `syscall`), and a TypeError for an argument of the wrong type. Sockets are
 * non-blocking and closed on exec.
 */
export interface Native {
  /** socket(2): returns the file descriptor. */
  socket(domain: number, type: number, protocol: number): number;
  /** close(2), for a descriptor that was not given to {@link Native.poll}. */
  close(fd: number): void;
  /** bind(2): `address` is a `struct sockaddr` of the socket's family. */
  bind(fd: number, address: Uint8Array): void;
  /** listen(2). */
  listen(fd: number, backlog: number): void;
  /**
   * accept(2): the file descriptor of a connection, or -1 when nobody waits. Fills `address` with the peer's
   * `struct sockaddr`; the rest of it is zero.
   */
  accept(fd: number, address: Uint8Array): number;
  /** setsockopt(2): an `int`, or the bytes of a `struct`. */
  setsockopt(fd: number, level: number, option: number, value: number | Uint8Array): void;
  /** getsockopt(2): fills `buffer`, returns the number of bytes written. */
  getsockopt(fd: number, level: number, option: number, buffer: Uint8Array): number;
  /** SO_ATTACH_FILTER of socket(7): `program` is an array of `struct sock_filter`. */
  attachFilter(fd: number, program: Uint8Array): void;
  /** send(2), to where the socket is bound or connected. */
  send(fd: number, data: Uint8Array): void;
  /** sendto(2): `address` is a `struct sockaddr` of the socket's family. */
  sendto(fd: number, data: Uint8Array, address: Uint8Array): void;
  /** recv(2): the message's length, greater than the buffer's when the message was cut; -1 when none is there. */
  recv(fd: number, buffer: Uint8Array): number;
  /**
   * recvmsg(2): as {@link Native.recv}. Fills `address` with the sender's `struct sockaddr` and `control` with the
   * `struct cmsghdr` that came along; the rest of both is zero.
   */
  recvmsg(fd: number, buffer: Uint8Array, address: Uint8Array, control: Uint8Array): number;
  /**
   * Calls `onReady` while there is a message or an error to receive, until the returned function is called or the
   * thread ends. Owns the descriptor from here on: it is closed then, and must not be closed by anybody else.
   */
  poll(fd: number, onReady: () => void): () => void;
}

const FUNCTIONS = [
  'socket',
  'close',
  'bind',
  'listen',
  'accept',
  'setsockopt',
  'getsockopt',
  'attachFilter',
  'send',
  'sendto',
  'recv',
  'recvmsg',
  'poll',
] as const satisfies readonly (keyof Native)[];

/** The addon is missing or cannot be used. The message names the file and the remedy. */
export class NativeAddonError extends Error {
  override readonly name = 'NativeAddonError';
}

let loaded: Native | undefined;

/**
 * The addon, loaded on first use: commands that touch no socket run without it.
 *
 * @throws NativeAddonError when it is not built, or was built for another machine or from other sources.
 */
export function native(): Native {
  loaded ??= load(import.meta.url);
  return loaded;
}

function load(moduleUrl: string): Native {
  const candidates = addonPaths(moduleUrl);
  const path = candidates.find((candidate) => existsSync(candidate));
  if (path === undefined) {
    throw new NativeAddonError(`native addon not found at ${candidates.join(' or ')}: ${remedy(moduleUrl)}`);
  }
  let addon: unknown;
  try {
    addon = createRequire(moduleUrl)(path);
  } catch (cause) {
    throw new NativeAddonError(`native addon ${path} ${whyNot(path, cause)}: ${remedy(moduleUrl)}`, { cause });
  }
  if (!isNative(addon)) throw new NativeAddonError(`native addon ${path} is not of this version: ${remedy(moduleUrl)}`);
  return addon;
}

/** Values of `e_machine` in elf(5), by the names that Node has for them. */
const MACHINES: Readonly<Record<string, number>> = {
  ia32: 3,
  ppc64: 21,
  s390x: 22,
  arm: 40,
  x64: 62,
  arm64: 183,
  riscv64: 243,
  loong64: 258,
};

/** The system says of an addon for another machine that there is no such file, or less. */
function whyNot(path: string, cause: unknown): string {
  const machine = machineOf(path);
  if (machine !== undefined && MACHINES[process.arch] !== undefined && machine !== MACHINES[process.arch]) {
    const name = Object.keys(MACHINES).find((arch) => MACHINES[arch] === machine) ?? 'another machine';
    return `is for ${name}, and this machine is ${process.arch}`;
  }
  return `does not load (${cause instanceof Error ? cause.message : String(cause)})`;
}

/** `e_machine` of an ELF file; undefined for any other. */
function machineOf(path: string): number | undefined {
  const file = readFileSync(path);
  if (file.length < 20 || file.toString('latin1', 0, 4) !== '\x7fELF') return undefined;
  const isBigEndian = file[5] === 2;
  return isBigEndian ? file.readUInt16BE(18) : file.readUInt16LE(18);
}

/** The npm package brings the sources of the addon beside `dist/`, and the addon for one machine; the image has no sources. */
function remedy(moduleUrl: string): string {
  if (isSource(moduleUrl)) return 'run "npm run build:native"';
  const sources = fileURLToPath(new URL('../native', moduleUrl));
  if (!existsSync(join(sources, 'Makefile'))) return 'take a Berth that was built for this machine';
  const [beside] = addonPaths(moduleUrl);
  return `run "make -C ${sources}" and copy ${join(sources, 'build', 'native.node')} to ${beside}`;
}

/**
 * Where the addon may lie: beside the running file, as in `dist/`; and, when run from source, where `make` puts it. The
 * second place is not looked at from a bundle, where the same relative path would lead out of the package.
 */
export function addonPaths(moduleUrl: string): readonly string[] {
  const beside = fileURLToPath(new URL('native.node', moduleUrl));
  if (!isSource(moduleUrl)) return [beside];
  return [beside, fileURLToPath(new URL('../../native/build/native.node', moduleUrl))];
}

function isSource(moduleUrl: string): boolean {
  return moduleUrl.endsWith('/src/os/native.ts');
}

function isNative(addon: unknown): addon is Native {
  if (typeof addon !== 'object' || addon === null) return false;
  const members = addon as Partial<Record<string, unknown>>;
  return FUNCTIONS.every((name) => typeof members[name] === 'function');
}
