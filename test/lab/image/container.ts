import { readFileSync } from 'node:fs';
import type { RuntimeRoot } from './runtime-root.ts';

/** A container as far as a manifest says what it may do. */
export interface ContainerSpec {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** As manifests write them; all others are taken away. */
  readonly capabilities: readonly string[];
  /** The user, where that is not root. A user namespace of one user leaves it root without capabilities. */
  readonly user?: number | undefined;
  /** Folders of this machine, by the path at which the container finds them. */
  readonly mounts: Readonly<Record<string, string>>;
}

/** Their numbers in capability.h. */
const CAPABILITIES: Readonly<Record<string, number>> = { NET_BIND_SERVICE: 10, NET_ADMIN: 12, NET_RAW: 13 };

/** Mounts what a container engine does, and makes all but the folders asked for read-only. */
const MOUNT = `
set -e
root=$1
shift
mount --make-rprivate /
mount --bind "$root" "$root"
mount --rbind /proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/run"
while [ "$1" != -- ]; do
  mkdir -p "$root$1"
  mount --bind "$2" "$root$1"
  shift 2
done
shift
mount -o remount,bind,ro "$root/run"
mount -o remount,bind,ro "$root"
exec env -i "$@"
`;

/**
 * The command of a container, for one who is root on this machine or in a user namespace: it sees only the files of the
 * image, by a mount namespace and chroot(2), and has only the capabilities that it is to have, which it cannot regain.
 */
export function containerCommand(root: RuntimeRoot, spec: ContainerSpec): readonly [string, ...string[]] {
  const { args, env, capabilities, user, mounts } = spec;
  const [program = '', ...rest] = root.entrypoint;
  const variables = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...root.environment, ...env };
  return [
    'unshare',
    ...['--mount', 'sh', '-c', MOUNT, 'sh', root.folder],
    ...Object.entries(mounts).flat(),
    '--',
    ...Object.entries(variables).map(([name, value]) => `${name}=${value}`),
    ...['capsh', '--no-new-privs', `--chroot=${root.folder}`, `--drop=${others(capabilities).join(',')}`],
    ...(user === undefined || !hasAllUsers() ? [] : [`--gid=${user}`, `--uid=${user}`]),
    ...[`--shell=${program}`, '--', ...rest, ...args],
  ];
}

function others(capabilities: readonly string[]): readonly number[] {
  const kept = capabilities.map((name) => CAPABILITIES[name]);
  const last = Number(readFileSync('/proc/sys/kernel/cap_last_cap', 'utf8'));
  return Array.from({ length: last + 1 }, (_, number) => number).filter((number) => !kept.includes(number));
}

function hasAllUsers(): boolean {
  return Number(/^ *0 +0 +(\d+)/.exec(readFileSync('/proc/self/uid_map', 'utf8'))?.[1]) > 1;
}
