import type { Kind } from '../../api/kind.ts';
import { type KubernetesObject, keyText } from '../../api/object.ts';
import type { Logger } from '../../log/logger.ts';
import { StoreError, type Watch, type WatchEvent, type WatchHandler } from '../store.ts';
import type { ApiClient } from './api-client.ts';
import { ApiError } from './api-error.ts';
import { identityOf, KnownObjects, type ObjectFault, type Trim } from './known-objects.ts';
import { missingRight } from './missing-right.ts';
import { type ListOptions, readPage, watchPath } from './read.ts';
import { Reflector } from './reflector.ts';
import type { ListPage, ListPosition, ReflectorAction, ReflectorEvent, ReflectorTiming } from './reflector-protocol.ts';
import { installKinds, resourceText, type Unfollowed } from './unfollowed.ts';
import { Watchers } from './watchers.ts';

/** What a {@link KindWatch} works with. */
export interface KindWatchOptions<T extends KubernetesObject> {
  readonly client: ApiClient;
  readonly kind: Kind<T>;
  /** Which objects: a namespace, a field selector that is tried. */
  readonly selection: ListOptions;
  /** What is kept of each object. Default: all but what Berth never reads. */
  readonly trim?: Trim | undefined;
  readonly timing: ReflectorTiming;
  readonly logger: Logger;
  readonly onFault: (fault: ObjectFault) => void;
  /** What {@link KindWatch.unfollowed} says has changed. */
  readonly onFollowing: () => void;
  /** Nobody watches any more. */
  readonly onUnused: () => void;
}

/** All objects of one kind, followed from the server with one watch for all who want them: the shell of a {@link Reflector}. */
export class KindWatch<T extends KubernetesObject> {
  readonly #options: KindWatchOptions<T>;
  readonly #reflector: Reflector;
  readonly #known: KnownObjects<T>;
  readonly #watchers: Watchers<T>;
  #abandon = () => {};
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #isSynced = false;
  /** The server was seen not to have the kind, which nobody minds, and has not told of it since. */
  #isMissing = false;
  /** When the list under way, or the last one, was asked for, in the milliseconds of `performance.now`. */
  #listedAt = Number.NEGATIVE_INFINITY;
  /** When the last list that is known whole was. */
  #knownAsOf = Number.NEGATIVE_INFINITY;
  /** The page that follows the last one: the server works at it while that one is taken in. */
  #ahead: { readonly next: string; readonly page: Promise<ListPage> } | undefined;
  #trouble: Pick<Unfollowed, 'reason' | 'status'> | undefined;
  #catchingUp: { readonly resolve: () => void; readonly reject: (error: StoreError) => void }[] = [];

  constructor(options: KindWatchOptions<T>) {
    this.#options = options;
    const isSelective = options.selection.fieldSelector !== undefined;
    const isInstalled = installKinds(options.kind) !== undefined;
    this.#reflector = new Reflector({ isSelective, isInstalled }, options.timing);
    this.#known = new KnownObjects(options.kind, options.onFault, options.trim);
    this.#watchers = new Watchers(options.logger);
  }

  add(handler: WatchHandler<T>): Watch {
    const watch = this.#watchers.add(handler, this.#known.objects(), this.#isSynced, () => {
      if (this.#watchers.size > 0) return;
      this.stop();
      this.#options.onUnused();
    });
    if (this.#isMissing) this.#watchers.missing();
    this.#step({ type: 'start' });
    return watch;
  }

  /** Objects that cannot be read at present. */
  faults(): readonly ObjectFault[] {
    return this.#known.faults();
  }

  /** Undefined while all objects are known as they are now, or there are none since nobody needs the kind to be there. */
  unfollowed(): Unfollowed | undefined {
    const trouble = this.#trouble;
    if (this.#isSynced && trouble === undefined) return undefined;
    if (this.#isMissing && this.#watchers.areOptional) return undefined;
    const { kind } = this.#options.kind;
    return { kind, isSynced: this.#isSynced, reason: trouble?.reason, status: trouble?.status };
  }

  /**
   * Resolves when all watches have been told of a list that began at a time or later, which is this call's by default. Lists
   * anew unless such a list is known or under way.
   *
   * @throws StoreError `Unavailable` where this is stopped before
   */
  async catchUp(since = performance.now()): Promise<void> {
    if (this.#knownAsOf >= since) return;
    await new Promise<void>((resolve, reject) => {
      this.#catchingUp.push({ resolve, reject });
      if (this.#listedAt < since) this.#step({ type: 'refresh' });
    });
  }

  stop(): void {
    this.#step({ type: 'stop' });
    this.#watchers.close();
    for (const { reject } of this.#catchingUp) reject(new StoreError('Unavailable', 'nobody watches any more'));
    this.#catchingUp = [];
  }

  #step(event: ReflectorEvent): void {
    const actions = this.#reflector.step(event, performance.now(), Math.random());
    for (const action of actions) this.#act(action);
    this.#schedule();
  }

  /** One timer, which is left where it is when what it is for moves later, as it does with each message. */
  #schedule(): void {
    const due = this.#reflector.dueAt;
    if (due === undefined) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#timerAt = Number.POSITIVE_INFINITY;
    } else if (due < this.#timerAt) {
      clearTimeout(this.#timer);
      this.#timerAt = due;
      this.#timer = setTimeout(
        () => {
          this.#timerAt = Number.POSITIVE_INFINITY;
          this.#step({ type: 'tick' });
        },
        Math.max(0, Math.ceil(due - performance.now())),
      );
    }
  }

  #act(action: ReflectorAction): void {
    switch (action.do) {
      case 'list':
        this.#list(action.attempt, action.position, action.isSelective);
        break;
      case 'watch':
        this.#watch(action);
        break;
      case 'abandon':
        this.#abandon();
        this.#abandon = () => {};
        break;
      case 'take':
        this.#take(action);
        break;
      case 'change':
        this.#change(action.type, action.object);
        break;
      case 'report':
        this.#report(action);
        break;
    }
  }

  #list(attempt: number, position: ListPosition, isSelective: boolean): void {
    if (position.next === undefined) this.#listedAt = performance.now();
    let isAbandoned = false;
    this.#abandon = () => {
      isAbandoned = true;
    };
    const { client, kind, selection } = this.#options;
    const selected = isSelective ? selection : { ...selection, fieldSelector: undefined };
    const read = (at: ListPosition) => readPage(client, kind, selected, at, false);
    const ahead = this.#ahead;
    this.#ahead = undefined;
    const asked = ahead !== undefined && ahead.next === position.next ? ahead.page : read(position);
    asked.then(
      (page) => {
        if (isAbandoned) return;
        if (page.next === undefined) return this.#step({ type: 'page', attempt, page });
        const following = read({ next: page.next, isWhole: false });
        // What goes wrong with it is told when its turn has come.
        following.catch(() => {});
        this.#ahead = { next: page.next, page: following };
        setImmediate(() => !isAbandoned && this.#step({ type: 'page', attempt, page }));
      },
      (error: unknown) => !isAbandoned && this.#step({ type: 'ended', attempt, error: asApiError(error) }),
    );
  }

  #watch(action: ReflectorAction & { do: 'watch' }): void {
    const { attempt, isSelective } = action;
    const { client, kind, selection } = this.#options;
    const path = watchPath(kind, isSelective ? selection : { ...selection, fieldSelector: undefined }, action);
    this.#abandon = client.watch(path, {
      onOpen: () => {
        this.#recovered();
        this.#step({ type: 'opened', attempt });
      },
      onMessage: (message) => this.#step({ type: 'message', attempt, message }),
      onEnd: (error) => this.#step({ type: 'ended', attempt, error }),
    });
  }

  #take({ items, isFirst, isLast }: ReflectorAction & { do: 'take' }): void {
    if (isFirst) this.#known.beginList();
    for (const item of items) this.#publish(this.#known.put(item));
    if (!isLast) return;
    for (const key of this.#known.endList()) this.#publish(this.#known.remove(key));
    this.#knownAsOf = this.#listedAt;
    // Whoever waits goes on after the watchers, whose turn has been called for before.
    for (const { resolve } of this.#catchingUp) resolve();
    this.#catchingUp = [];
    if (this.#isSynced) return;
    this.#isSynced = true;
    this.#isMissing = false;
    this.#watchers.synced();
    this.#options.onFollowing();
  }

  #change(type: WatchEvent<T>['type'], object: unknown): void {
    const identity = identityOf(object);
    if (identity === undefined) return;
    if (type === 'DELETED') this.#publish(this.#known.remove(keyText(identity)));
    else this.#publish(this.#known.put(object));
  }

  #publish(events: readonly WatchEvent<T>[]): void {
    for (const event of events) this.#watchers.publish(event);
  }

  #report({ reason: told, status, retryIn, isMissing }: ReflectorAction & { do: 'report' }): void {
    const { logger, kind } = this.#options;
    if (!this.#isSynced && (this.#isMissing || isMissing) && this.#watchers.areOptional) {
      this.#miss();
      return;
    }
    const reason = status === 404 ? (this.#kindMissing() ?? told) : told;
    const fields = { kind: kind.kind, reason, status, retryInMillis: Math.round(retryIn) };
    const before = this.#trouble;
    // Who may list at last may yet lack the right to watch.
    const isNews =
      before === undefined ||
      before.status !== status ||
      missingRight(before.reason ?? '') !== missingRight(reason ?? '');
    if (!isNews) logger.debug('still cannot follow objects', fields);
    else logger.warn('cannot follow objects at present; what is known of them stands', fields);
    this.#trouble = { reason, status };
    if (isNews) this.#options.onFollowing();
  }

  /** It is clear that there are no objects: what goes wrong from then on is no news before there are. */
  #miss(): void {
    if (this.#isMissing) return;
    const { logger, kind } = this.#options;
    const { apiVersion, kind: name } = kind;
    logger.info('the API server does not have a kind: none of its objects are expected', { kind: name, apiVersion });
    this.#isMissing = true;
    this.#trouble = undefined;
    this.#watchers.missing();
    this.#options.onFollowing();
  }

  #kindMissing(): string | undefined {
    const { kind } = this.#options;
    const install = installKinds(kind);
    return install && `the cluster does not know ${resourceText(kind)}: ${install}`;
  }

  #recovered(): void {
    if (this.#trouble === undefined) return;
    this.#trouble = undefined;
    this.#options.logger.info('following objects again', { kind: this.#options.kind.kind });
    this.#options.onFollowing();
  }
}

function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError('Unavailable', String(error), { cause: error });
}
