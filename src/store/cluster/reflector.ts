import { type ApiError, errorOfStatus, isExpired } from './api-error.ts';
import { backoff } from './backoff.ts';
import {
  DEFAULT_TIMING,
  type Followed,
  type ListPosition,
  type ReflectorAction,
  type ReflectorEvent,
  type ReflectorTiming,
} from './reflector-protocol.ts';
import { isMembers } from './trim.ts';

type Next = { readonly list: ListPosition } | { readonly watchFrom: string };

type Phase =
  | { readonly name: 'idle' | 'stopped' }
  | { readonly name: 'waiting'; readonly until: number; readonly next: Next }
  | { readonly name: 'listing'; readonly position: ListPosition }
  | {
      readonly name: 'watching';
      readonly since: number;
      readonly isOpen: boolean;
      readonly heardAt: number;
      readonly endsBy: number;
      readonly resourceVersion: string;
    };

const FIRST_PAGE: ListPosition = { next: undefined, isWhole: false };

/** So many watches in a row that did not last mean that the state they begin from may be what is wrong. */
const MOST_REWATCHES = 5;

/**
 * So many lists in a row may say that the server does not have a kind that was installed there before it is believed: an
 * API server that starts, or one of several on which an installation has not arrived, has it some seconds later.
 */
const MOST_LOOKS = 10;

/**
 * Follows all objects of one kind by list and watch, as client-go's reflector does: the state machine alone. It is told
 * what happens, when, and a random number, and says what to do next. At most one request is under way at a time. See the
 * README for its states.
 */
export class Reflector {
  readonly #timing: ReflectorTiming;
  #phase: Phase = { name: 'idle' };
  #attempt = 0;
  #failures = 0;
  #rewatches = 0;
  #looks = 0;
  #isSelective: boolean;
  readonly #isInstalled: boolean;
  /** Whether the server sends bookmarks; `absent` once a watch was silent on which none has come. */
  #bookmarks: 'awaited' | 'seen' | 'absent' = 'awaited';

  constructor({ isSelective, isInstalled }: Followed, timing: ReflectorTiming = DEFAULT_TIMING) {
    this.#isSelective = isSelective;
    this.#isInstalled = isInstalled;
    this.#timing = timing;
  }

  /** Whether the server is asked for a selection; false once it has refused that. */
  get isSelective(): boolean {
    return this.#isSelective;
  }

  /** When a `tick` is due, in the milliseconds of the events' clock. */
  get dueAt(): number | undefined {
    const phase = this.#phase;
    if (phase.name === 'waiting') return phase.until;
    if (phase.name !== 'watching') return undefined;
    if (!phase.isOpen) return phase.since + this.#timing.openWithin;
    const silentBy = this.#bookmarks === 'absent' ? Number.POSITIVE_INFINITY : phase.heardAt + this.#timing.silentFor;
    return Math.min(silentBy, phase.endsBy);
  }

  /**
   * @param now monotonic, in milliseconds
   * @param random at least 0, below 1
   */
  step(event: ReflectorEvent, now: number, random: number): readonly ReflectorAction[] {
    const phase = this.#phase;
    if (phase.name === 'stopped') return [];
    switch (event.type) {
      case 'start':
        return phase.name === 'idle' ? this.#list(FIRST_PAGE) : [];
      case 'stop':
        this.#phase = { name: 'stopped' };
        return [{ do: 'abandon' }];
      case 'tick':
        return this.#tick(phase, now, random);
      case 'refresh':
        return phase.name === 'idle' ? [] : [{ do: 'abandon' }, ...this.#list(FIRST_PAGE)];
    }
    if (event.attempt !== this.#attempt) return [];
    if (phase.name === 'listing') return this.#whileListing(event, phase.position, now, random);
    if (phase.name === 'watching') return this.#whileWatching(event, phase, now, random);
    return [];
  }

  #tick(phase: Phase, now: number, random: number): readonly ReflectorAction[] {
    if (now < (this.dueAt ?? Number.POSITIVE_INFINITY)) return [];
    if (phase.name === 'waiting') {
      return 'list' in phase.next ? this.#list(phase.next.list) : this.#watch(phase.next.watchFrom, now, random);
    }
    if (phase.name !== 'watching') return [];
    if (phase.isOpen && this.#bookmarks === 'awaited') this.#bookmarks = 'absent';
    const reason = phase.isOpen ? 'the watch has fallen silent' : 'the watch was not answered';
    return [{ do: 'abandon' }, ...this.#watchFailed(phase, { reason }, now, random)];
  }

  #whileListing(
    event: ReflectorEvent,
    position: ListPosition,
    now: number,
    random: number,
  ): readonly ReflectorAction[] {
    if (event.type === 'page') {
      const { items, next, resourceVersion } = event.page;
      const isFirst = position.next === undefined;
      const take = { do: 'take', items, isFirst, isLast: next === undefined } as const;
      if (next !== undefined) return [take, ...this.#list({ next, isWhole: false })];
      this.#rewatches = 0;
      this.#looks = 0;
      return [take, ...this.#watch(resourceVersion, now, random)];
    }
    if (event.type !== 'ended') return [];
    const { error } = event;
    const reason = error?.message ?? 'the list broke off';
    if (position.next === undefined && this.#isSelective && error?.status === 400) {
      this.#isSelective = false;
      return [{ do: 'report', reason, status: 400, retryIn: 0, isMissing: false }, ...this.#list(FIRST_PAGE)];
    }
    if (error && isExpired(error) && position.next !== undefined) {
      return this.#wait({ list: { next: undefined, isWhole: true } }, { reason, error }, now, random);
    }
    // A page that the server will not give leads nowhere; one that it cannot give now is asked for again.
    const isRefused = error?.status !== undefined && error.status < 500 && error.status !== 429;
    return this.#wait({ list: isRefused ? FIRST_PAGE : position }, { reason, error }, now, random);
  }

  #whileWatching(
    event: ReflectorEvent,
    phase: Phase & { name: 'watching' },
    now: number,
    random: number,
  ): readonly ReflectorAction[] {
    switch (event.type) {
      case 'opened':
        this.#phase = { ...phase, isOpen: true, since: now, heardAt: now };
        return [];
      case 'ended':
        if (event.error === undefined && this.#isSteady(phase, now)) {
          this.#failures = 0;
          this.#rewatches = 0;
          return this.#watch(phase.resourceVersion, now, random);
        }
        return this.#watchFailed(
          phase,
          { reason: event.error?.message ?? 'the server ended the watch at once', error: event.error },
          now,
          random,
        );
      case 'message':
        return this.#message(event.message, phase, now, random);
      default:
        return [];
    }
  }

  #message(
    message: unknown,
    phase: Phase & { name: 'watching' },
    now: number,
    random: number,
  ): readonly ReflectorAction[] {
    const { type, object } = isMembers(message) ? message : {};
    if (type === 'ERROR') {
      const error = errorOfStatus('watch', object);
      return [{ do: 'abandon' }, ...this.#watchFailed(phase, { reason: error.message, error }, now, random)];
    }
    const resourceVersion = resourceVersionOf(object);
    const isChange = type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED';
    if (resourceVersion === undefined || !(isChange || type === 'BOOKMARK')) {
      // No more of it, which may be a Secret.
      const reason = `a watch event that is not understood, of type ${JSON.stringify(type)?.slice(0, 40)}`;
      return [{ do: 'abandon' }, ...this.#watchFailed(phase, { reason }, now, random)];
    }
    this.#phase = { ...phase, heardAt: now, resourceVersion };
    if (isChange) return [{ do: 'change', type, object }];
    this.#bookmarks = 'seen';
    return [];
  }

  #watchFailed(
    phase: Phase & { name: 'watching' },
    failure: Failure,
    now: number,
    random: number,
  ): readonly ReflectorAction[] {
    if (this.#isSteady(phase, now)) {
      this.#failures = 0;
      this.#rewatches = 0;
    }
    const isForgotten = failure.error !== undefined && isExpired(failure.error);
    if (isForgotten || ++this.#rewatches > MOST_REWATCHES)
      return this.#wait({ list: FIRST_PAGE }, failure, now, random);
    return this.#wait({ watchFrom: phase.resourceVersion }, failure, now, random);
  }

  #isSteady(phase: Phase & { name: 'watching' }, now: number): boolean {
    return phase.isOpen && now - phase.since >= this.#timing.steadyAfter;
  }

  #wait(next: Next, { reason, error }: Failure, now: number, random: number): readonly ReflectorAction[] {
    const isAbsent = error?.status === 404;
    const isLookedFor = isAbsent && this.#isInstalled && ++this.#looks <= MOST_LOOKS;
    const pause = backoff(isLookedFor ? 1 : ++this.#failures, random, this.#timing.backoff);
    const retryIn = Math.max(pause, (error?.retryAfterMillis ?? 0) * (1 + random / 4));
    this.#attempt++;
    this.#phase = { name: 'waiting', until: now + retryIn, next };
    return [{ do: 'report', reason, status: error?.status, retryIn, isMissing: isAbsent && !isLookedFor }];
  }

  #list(position: ListPosition): readonly ReflectorAction[] {
    this.#phase = { name: 'listing', position };
    return [{ do: 'list', attempt: ++this.#attempt, position, isSelective: this.#isSelective }];
  }

  #watch(resourceVersion: string, now: number, random: number): readonly ReflectorAction[] {
    const { watchFor, grace } = this.#timing;
    const millis = Math.round(watchFor * (1 + random));
    this.#phase = {
      name: 'watching',
      since: now,
      isOpen: false,
      heardAt: now,
      endsBy: now + millis + grace,
      resourceVersion,
    };
    const timeoutSeconds = Math.max(1, Math.round(millis / 1000));
    const isSelective = this.#isSelective;
    return [{ do: 'watch', attempt: ++this.#attempt, resourceVersion, timeoutSeconds, isSelective }];
  }
}

interface Failure {
  readonly reason: string;
  readonly error?: ApiError | undefined;
}

function resourceVersionOf(object: unknown): string | undefined {
  const version = isMembers(object) && isMembers(object.metadata) ? object.metadata.resourceVersion : undefined;
  return typeof version === 'string' && version !== '' ? version : undefined;
}
