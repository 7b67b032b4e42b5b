import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BGPAdvertisementKind } from '../../api/bgp-advertisement.ts';
import type { Kind } from '../../api/kind.ts';
import { KINDS } from '../../api/kinds.ts';
import { SecretKind } from '../../api/kubernetes/secret.ts';
import { L2AdvertisementKind } from '../../api/l2-advertisement.ts';
import type { KubernetesObject } from '../../api/object.ts';
import type { Logger } from '../../log/logger.ts';
import { StoreError } from '../store.ts';
import { writeDefaultAdvertisement } from './default-advertisement.ts';
import { DirectoryStore } from './directory-store.ts';
import { isLocalFolder } from './folder-watch.ts';
import { unreadableMessage } from './source-listing.ts';

/** How a directory store is opened. */
export interface DirectoryStoreOptions {
  /** The folder of people's YAML files. */
  readonly directory: string;
  /** The folder of what Berth writes. Default: `.status` in the directory. */
  readonly stateDirectory?: string | undefined;
  readonly logger: Logger;
  /** The kinds that the store holds. Default: all that Berth reads. */
  readonly kinds?: readonly Kind<KubernetesObject>[];
  /** Writes nothing at all, for commands that only look. Writes are rejected with `Forbidden`. */
  readonly readOnly?: boolean;
  /**
   * On the very first start, when there is no state folder yet, adds the `default` L2Advertisement to the directory, unless
   * that says already how addresses are announced.
   */
  readonly installDefaults?: boolean;
  /**
   * Milliseconds between two looks at all files. Default: 5,000, or 500 on a file system that other machines write to,
   * where looking is the only way to learn of changes.
   */
  readonly pollMillis?: number | undefined;
  /** Milliseconds that a file must be unchanged before it is read. Default: 50. */
  readonly quietMillis?: number;
  /** Milliseconds that something must be missing before it counts as removed. Default: 1,000. */
  readonly confirmMillis?: number;
}

/** The state folder of a directory where no other is named. */
export function defaultStateDirectory(directory: string): string {
  return join(directory, '.status');
}

/**
 * Opens a folder as a store. When it resolves, all that can be read has been read.
 * @throws StoreError `Unavailable` where the folder is not there or is none
 */
export async function openDirectoryStore(options: DirectoryStoreOptions): Promise<DirectoryStore> {
  const { directory, logger, readOnly = false } = options;
  const stateDirectory = options.stateDirectory ?? defaultStateDirectory(directory);
  const mode = await modeOf(directory);
  const isFirstStart = !(await exists(stateDirectory));
  let unmade: string | undefined;
  if (!readOnly) {
    await mkdir(stateDirectory, { recursive: true, mode }).catch((error) => {
      unmade = `cannot be made: ${error.message}: let this user write there, or name another state folder`;
    });
  }
  const isLocal = (await isLocalFolder(directory)) && (await isLocalFolder(stateDirectory));
  const store = new DirectoryStore({
    directory,
    stateDirectory,
    kinds: options.kinds ?? [...KINDS, SecretKind],
    logger,
    readOnly,
    unmade,
    pollMillis: options.pollMillis ?? (isLocal ? 5_000 : 500),
    quietMillis: options.quietMillis ?? 50,
    confirmMillis: options.confirmMillis ?? 1_000,
  });
  await store.open();
  if (isFirstStart && options.installDefaults && !readOnly && !(await mentionsAdvertisement(store))) {
    if (await writeDefaultAdvertisement(directory, logger)) await store.catchUp(L2AdvertisementKind);
  }
  await store.settleOrphans();
  return store;
}

/** Whether people have said how addresses are announced, if only in an object that cannot be read. */
async function mentionsAdvertisement(store: DirectoryStore): Promise<boolean> {
  const said = [L2AdvertisementKind, BGPAdvertisementKind];
  const isFaulty = ({ object }: { readonly object?: string | undefined }) =>
    said.some(({ kind }) => object?.startsWith(`${kind}/`));
  if (store.faults().some(isFaulty)) return true;
  const lists = await Promise.all([store.list(L2AdvertisementKind), store.list(BGPAdvertisementKind)]);
  return lists.some(({ length }) => length > 0);
}

/** The mode of the state folder: who may read the documents may read what became of them, and nobody else may write. */
async function modeOf(directory: string): Promise<number> {
  try {
    const found = await stat(directory);
    if (found.isDirectory()) return (found.mode & 0o755) | 0o700;
  } catch (error) {
    throw new StoreError('Unavailable', `${directory}: ${unreadableMessage(error)}`, { cause: error });
  }
  throw new StoreError('Unavailable', `${directory}: is not a folder: name the folder that holds the YAML files`);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
