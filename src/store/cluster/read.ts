import type { Kind } from '../../api/kind.ts';
import type { KubernetesObject, ObjectKey } from '../../api/object.ts';
import type { ApiClient } from './api-client.ts';
import { ApiError, isExpired } from './api-error.ts';
import type { ListPage, ListPosition } from './reflector-protocol.ts';
import { collectionPath, objectPath } from './resource-path.ts';
import { isMembers } from './trim.ts';

/** Objects a page: parsing one takes 10 ms at most, and all of 10,000 no longer than in one piece. */
const PAGE_SIZE = 500;

/** How long one page may take, in milliseconds; all in one answer may be large. */
const PAGE_TIMEOUT = 60_000;

/** Which objects of a kind to list or watch. */
export interface ListOptions {
  readonly namespace?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

/**
 * Reads one page of a list, of the newest state: what is held must be known before anything is given.
 *
 * @param triesAgain whether the client waits by itself where the server is too busy
 * @throws ApiError
 */
export async function readPage(
  client: ApiClient,
  kind: Kind<KubernetesObject>,
  options: ListOptions,
  { next, isWhole }: ListPosition,
  triesAgain: boolean,
): Promise<ListPage> {
  const path = withQuery(collectionPath(kind, options.namespace), {
    fieldSelector: options.fieldSelector,
    limit: isWhole ? undefined : PAGE_SIZE,
    continue: next,
  });
  const list = await client.request({ method: 'GET', path, triesAgain, timeoutMillis: PAGE_TIMEOUT });
  if (!isMembers(list) || !isMembers(list.metadata) || typeof list.metadata.resourceVersion !== 'string') {
    throw new ApiError('Unavailable', `GET ${path}: the answer is no list`);
  }
  const { continue: token, resourceVersion } = list.metadata;
  return {
    items: Array.isArray(list.items) ? list.items : [],
    next: typeof token === 'string' && token !== '' ? token : undefined,
    resourceVersion,
  };
}

/**
 * Reads all objects, page by page; in one piece where the server has forgotten meanwhile what the pages were of, and
 * without the field selector where it does not know it.
 *
 * @throws ApiError
 */
export async function readAll(
  client: ApiClient,
  kind: Kind<KubernetesObject>,
  options: ListOptions,
): Promise<readonly unknown[]> {
  let items: unknown[] = [];
  let position: ListPosition = { next: undefined, isWhole: false };
  for (;;) {
    const isFirst = position.next === undefined;
    try {
      const page = await readPage(client, kind, options, position, true);
      items.push(...page.items);
      if (page.next === undefined) return items;
      position = { next: page.next, isWhole: false };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (isFirst && error.status === 400 && options.fieldSelector !== undefined) {
        return readAll(client, kind, { ...options, fieldSelector: undefined });
      }
      if (isFirst || !isExpired(error)) throw error;
      items = [];
      position = { next: undefined, isWhole: true };
    }
  }
}

/** Reads one object. @throws ApiError `NotFound` where there is none */
export function readObject(client: ApiClient, kind: Kind<KubernetesObject>, key: ObjectKey): Promise<unknown> {
  return client.request({ method: 'GET', path: objectPath(kind, key), lane: laneOf(kind) });
}

/** Leases go before everything else: that a process leads must not wait for what it writes. */
export function laneOf(kind: Pick<Kind<KubernetesObject>, 'plural'>): 'lease' | 'request' {
  return kind.plural === 'leases' ? 'lease' : 'request';
}

/** The path of a watch with bookmarks. */
export function watchPath(
  kind: Kind<KubernetesObject>,
  options: ListOptions,
  from: { readonly resourceVersion: string; readonly timeoutSeconds: number },
): string {
  return withQuery(collectionPath(kind, options.namespace), {
    watch: 'true',
    allowWatchBookmarks: 'true',
    fieldSelector: options.fieldSelector,
    resourceVersion: from.resourceVersion,
    timeoutSeconds: from.timeoutSeconds,
  });
}

function withQuery(path: string, parameters: Readonly<Record<string, string | number | undefined>>): string {
  const query = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return query.length === 0 ? path : `${path}?${query.join('&')}`;
}
