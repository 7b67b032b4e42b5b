import { type Service, ServiceKind } from '../../../src/api/kubernetes/service.ts';
import { ApiError } from '../../../src/store/cluster/api-error.ts';
import { KnownObjects } from '../../../src/store/cluster/known-objects.ts';
import { Reflector } from '../../../src/store/cluster/reflector.ts';
import {
  DEFAULT_TIMING,
  type ReflectorAction,
  type ReflectorEvent,
} from '../../../src/store/cluster/reflector-protocol.ts';
import type { WatchEvent } from '../../../src/store/store.ts';

/** What can go wrong with one request. */
export const FAULTS = ['reset', 'busy', 'broken', 'gone', 'error-event', 'error-410', 'silence', 'closed'] as const;
export type Fault = (typeof FAULTS)[number];

type Pending = ReflectorAction & { do: 'list' | 'watch' };

/** An API server with one kind of object, and a client of it, both under a clock of their own. */
export class SimulatedApi {
  readonly objects = new Map<string, unknown>();
  readonly delivered: WatchEvent<Service>[] = [];
  readonly known = new KnownObjects(ServiceKind, () => {});
  readonly reflector = new Reflector({ isSelective: false, isInstalled: false });
  requests = 0;
  now = 0;
  outstanding: Pending | undefined;
  #version = 1;
  #oldest = 1;
  #log: { readonly version: number; readonly type: string; readonly object: unknown }[] = [];
  #sent = 0;
  #isOpen = false;
  #pages = new Map<string, readonly unknown[]>();

  start(): void {
    this.#step({ type: 'start' });
  }

  /** What is known may be older than somebody can do with. */
  refresh(): void {
    this.#step({ type: 'refresh' });
  }

  /** A person changes an object, or removes it. */
  edit(name: string, isRemoved: boolean): void {
    const version = ++this.#version;
    const former = this.objects.get(name);
    if (isRemoved && former === undefined) return;
    const uid = former === undefined ? `uid-${version}` : (former as Service).metadata.uid;
    const metadata = { name, namespace: 'default', uid, resourceVersion: String(version) };
    const object = { metadata };
    if (isRemoved) this.objects.delete(name);
    else this.objects.set(name, object);
    const type = isRemoved ? 'DELETED' : former === undefined ? 'ADDED' : 'MODIFIED';
    this.#log.push({ version, type, object });
  }

  /** The server forgets its past. */
  compact(): void {
    this.#oldest = this.#version;
    this.#log = [];
    this.#pages.clear();
  }

  /** The request that is outstanding makes progress, or fails. */
  answer(fault?: Fault): void {
    const request = this.outstanding;
    if (request === undefined) return;
    const { attempt } = request;
    if (fault === 'silence') return;
    if (fault !== undefined && !(request.do === 'list' && fault.startsWith('error-'))) {
      if (fault === 'error-event' || fault === 'error-410') {
        const object = { kind: 'Status', code: fault === 'error-410' ? 410 : 500 };
        this.#step({ type: 'message', attempt, message: { type: 'ERROR', object } });
      } else if (request.do === 'watch' || fault !== 'closed') {
        this.outstanding = undefined;
        this.#step({ type: 'ended', attempt, error: errorOf(fault) });
      }
      return;
    }
    if (request.do === 'list') this.#answerList(request);
    else this.#answerWatch(request);
  }

  /** Lets time pass; the reflector is called when it wants to be. */
  pass(millis: number): void {
    const end = this.now + millis;
    for (let due = this.reflector.dueAt; due !== undefined && due <= end; due = this.reflector.dueAt) {
      this.now = Math.max(this.now, due);
      this.#step({ type: 'tick' });
    }
    this.now = end;
  }

  #answerList(request: Pending & { do: 'list' }): void {
    const { next, isWhole } = request.position;
    const rest = next === undefined ? [...this.objects.values()] : this.#pages.get(next);
    this.outstanding = undefined;
    const { attempt } = request;
    if (rest === undefined) {
      this.#step({ type: 'ended', attempt, error: errorOf('gone') });
      return;
    }
    const size = isWhole ? rest.length : 2;
    const resourceVersion = next === undefined ? String(this.#version) : (next.split('/')[0] as string);
    const token = rest.length > size ? `${resourceVersion}/${rest.length - size}` : undefined;
    if (token !== undefined) this.#pages.set(token, rest.slice(size));
    this.#step({ type: 'page', attempt, page: { items: rest.slice(0, size), next: token, resourceVersion } });
  }

  #answerWatch(request: Pending & { do: 'watch' }): void {
    const { attempt } = request;
    if (!this.#isOpen) {
      this.#sent = Number(request.resourceVersion);
      if (this.#sent < this.#oldest) {
        this.outstanding = undefined;
        this.#step({ type: 'ended', attempt, error: errorOf('gone') });
        return;
      }
      this.#isOpen = true;
      this.#step({ type: 'opened', attempt });
    }
    if (this.#sent < this.#oldest) {
      this.#step({ type: 'message', attempt, message: { type: 'ERROR', object: { kind: 'Status', code: 410 } } });
      return;
    }
    for (const { version, type, object } of this.#log) {
      if (version <= this.#sent) continue;
      this.#sent = version;
      this.#step({ type: 'message', attempt, message: { type, object } });
    }
  }

  #step(event: ReflectorEvent): void {
    for (const action of this.reflector.step(event, this.now, Math.abs(Math.sin(this.now)))) this.#act(action);
  }

  #act(action: ReflectorAction): void {
    switch (action.do) {
      case 'list':
      case 'watch':
        if (this.outstanding !== undefined) throw new Error('two requests at a time');
        this.requests++;
        this.outstanding = action;
        this.#isOpen = false;
        break;
      case 'abandon':
        this.outstanding = undefined;
        break;
      case 'take':
        if (action.isFirst) this.known.beginList();
        for (const item of action.items) this.delivered.push(...this.known.put(item));
        if (action.isLast) for (const key of this.known.endList()) this.delivered.push(...this.known.remove(key));
        break;
      case 'change': {
        const { name } = (action.object as Service).metadata;
        const isGone = action.type === 'DELETED';
        this.delivered.push(...(isGone ? this.known.remove(`default/${name}`) : this.known.put(action.object)));
        break;
      }
      case 'report':
        if (action.retryIn < DEFAULT_TIMING.backoff.shortest) throw new Error(`tries again in ${action.retryIn} ms`);
        break;
    }
  }
}

function errorOf(fault: Fault): ApiError | undefined {
  if (fault === 'closed') return undefined;
  const status = { reset: undefined, busy: 429, broken: 500, gone: 410 }[fault as 'reset' | 'busy' | 'broken' | 'gone'];
  return new ApiError('Unavailable', fault, { status, retryAfterMillis: fault === 'busy' ? 2000 : undefined });
}
