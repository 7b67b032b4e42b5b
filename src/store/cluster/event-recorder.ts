import { type KubernetesObject, keyOf, keyText } from '../../api/object.ts';
import type { Logger } from '../../log/logger.ts';
import { StoreError } from '../store.ts';
import type { ApiClient } from './api-client.ts';
import {
  type EventSource,
  eventName,
  eventNamespace,
  newEvent,
  type ObjectEvent,
  repeatedEvent,
} from './event-object.ts';
import { isMembers } from './trim.ts';

/** How an {@link EventRecorder} is set up; times are in milliseconds. */
export interface EventRecorderOptions {
  readonly client: Pick<ApiClient, 'request' | 'idle'>;
  readonly source: EventSource;
  readonly logger: Logger;
  /** How often what goes on is told again. An API server forgets events after an hour. Default: 30 minutes. */
  readonly repeatEvery?: number;
  /** How many events may wait; further ones are dropped. Default: 10,000. */
  readonly mostWaiting?: number;
  /** How long to stay away from a server that is out of reach or too busy. Default: 5,000. */
  readonly pauseAfterFailure?: number;
}

interface Entry {
  readonly event: ObjectEvent;
  dueAt: number;
}

/** While other writes follow one another within so many milliseconds, a server has better to do than to take events: */
const QUIET = 100;
/** one is sent in so many then. */
const PATIENCE = 250;

/** How often one event is sent to a server that is out of reach or too busy. */
const MOST_TRIES = 3;

/** Of how many events it is remembered how often they were told. */
const MOST_REMEMBERED = 20_000;

/** How often the events that go on are looked through, as a part of the time after which they are told again. */
const LOOKS = 30;

/**
 * Tells people by events. Events never stand in front of another write: they are sent one at a time on a connection of
 * their own, four a second at most while other writes are being made. They are dropped, and counted, where too many wait,
 * the server refuses one, or it is out of reach for long.
 */
export class EventRecorder {
  readonly #options: Required<EventRecorderOptions>;
  /** What is told again as long as it goes on, by kind and key of its object. */
  readonly #ongoing = new Map<string, Entry>();
  readonly #timer: NodeJS.Timeout;
  /** How often each has been told, by name; the oldest first. */
  readonly #counts = new Map<string, number>();
  #waiting: ObjectEvent[] = [];
  #isSending = false;
  #isStopped = false;
  #isForbidden = false;
  #sent = 0;
  #dropped = 0;

  constructor(options: EventRecorderOptions) {
    this.#options = { repeatEvery: 30 * 60_000, mostWaiting: 10_000, pauseAfterFailure: 5_000, ...options };
    this.#timer = setInterval(() => this.#repeatDue(), this.#options.repeatEvery / LOOKS).unref();
  }

  /** How many events have been written. */
  get sent(): number {
    return this.#sent;
  }

  /** How many events nobody will see. */
  get dropped(): number {
    return this.#dropped;
  }

  /** A change. It ends what went on with the object before. @param goesOn whether it is told again until something else is. */
  record(event: ObjectEvent, goesOn = false): void {
    this.#keep(event, goesOn, 1);
    this.#enqueue(event);
  }

  /** Something that went on already when this process began to tell: it was told then, and is told again in its time. */
  resume(event: ObjectEvent): void {
    this.#keep(event, true, Math.random());
  }

  /** Nothing goes on with the object any more, or it is gone. */
  end(object: KubernetesObject): void {
    this.#ongoing.delete(idOf(object));
  }

  /** Forgets everything: another process tells from now on. */
  clear(): void {
    this.#ongoing.clear();
    this.#waiting = [];
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#isStopped = true;
    this.clear();
  }

  #keep(event: ObjectEvent, goesOn: boolean, part: number): void {
    const entry = { event, dueAt: performance.now() + this.#options.repeatEvery * part };
    if (goesOn) this.#ongoing.set(idOf(event.object), entry);
    else this.#ongoing.delete(idOf(event.object));
  }

  #repeatDue(): void {
    const now = performance.now();
    for (const entry of this.#ongoing.values()) {
      if (entry.dueAt > now) continue;
      entry.dueAt = now + this.#options.repeatEvery;
      this.#enqueue(entry.event);
    }
  }

  #enqueue(event: ObjectEvent): void {
    if (this.#isStopped) return;
    if (this.#waiting.length >= this.#options.mostWaiting) {
      this.#dropped++;
      return;
    }
    this.#waiting.push(event);
    if (this.#isSending) return;
    this.#isSending = true;
    void this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    const { client } = this.#options;
    for (;;) {
      await client.idle(QUIET, PATIENCE);
      const [event] = this.#waiting;
      if (event === undefined) break;
      await this.#deliver(event);
    }
    this.#isSending = false;
  }

  /** Sends the first that waits. It is taken out of those once it is told or dropped: they may be cleared meanwhile. */
  async #deliver(event: ObjectEvent): Promise<void> {
    const { source, logger, pauseAfterFailure } = this.#options;
    for (let tries = 1; this.#waiting[0] === event; tries++) {
      try {
        await this.#send(event);
        break;
      } catch (error) {
        const mayPass = !(error instanceof StoreError) || error.code === 'Unavailable';
        const isLast = !mayPass || tries === MOST_TRIES;
        if (isLast) this.#dropped++;
        logger.debug('an event could not be written', { event: eventName(event, source), isLast, error });
        this.#tellForbidden(error);
        if (mayPass) await new Promise((resolve) => setTimeout(resolve, pauseAfterFailure).unref());
        if (isLast) break;
      }
    }
    if (this.#waiting[0] === event) this.#waiting.shift();
  }

  /** Once, until one can be written again: without a right each of them fails. */
  #tellForbidden(error: unknown): void {
    if (this.#isForbidden || !(error instanceof StoreError) || error.code !== 'Forbidden') return;
    this.#isForbidden = true;
    this.#options.logger.warn('events cannot be written: kubectl describe does not show them', { error });
  }

  async #send(event: ObjectEvent): Promise<void> {
    const { source } = this.#options;
    const name = eventName(event, source);
    const path = `/api/v1/namespaces/${eventNamespace(event)}/events`;
    const count = this.#counts.get(name);
    if (count !== undefined && (await this.#repeat(`${path}/${name}`, name, count))) return;
    try {
      await this.#request({ method: 'POST', path, body: newEvent(event, source, now()) });
      this.#told(name, 1);
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'AlreadyExists') throw error;
      await this.#repeat(`${path}/${name}`, name, await this.#takeOver(`${path}/${name}`));
    }
  }

  /** Tells an event once more that has been told so often. False where it is gone. */
  async #repeat(path: string, name: string, count: number): Promise<boolean> {
    try {
      await this.#patch(path, repeatedEvent(count + 1, now()));
    } catch (error) {
      if (error instanceof StoreError && error.code === 'NotFound') return false;
      throw error;
    }
    this.#told(name, count + 1);
    return true;
  }

  /** Tells what a former process has told. Gives how often it did: a patch is answered with all of the event. */
  async #takeOver(path: string): Promise<number> {
    const event = await this.#patch(path, { reportingInstance: this.#options.source.instance });
    return isMembers(event) && typeof event.count === 'number' ? event.count : 1;
  }

  #patch(path: string, body: unknown): Promise<unknown> {
    return this.#request({ method: 'PATCH', path, contentType: 'application/merge-patch+json', body });
  }

  #told(name: string, count: number): void {
    this.#sent++;
    this.#isForbidden = false;
    this.#counts.delete(name);
    this.#counts.set(name, count);
    if (this.#counts.size <= MOST_REMEMBERED) return;
    for (const oldest of this.#counts.keys()) {
      this.#counts.delete(oldest);
      break;
    }
  }

  #request(request: Omit<Parameters<ApiClient['request']>[0], 'lane' | 'triesAgain'>): Promise<unknown> {
    return this.#options.client.request({ ...request, lane: 'event', triesAgain: false });
  }
}

function idOf(object: KubernetesObject): string {
  return `${object.kind} ${keyText(keyOf(object))}`;
}

function now(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, 'Z');
}
