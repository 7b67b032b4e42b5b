import { ApiError } from '../../../src/store/cluster/api-error.ts';
import { Reflector } from '../../../src/store/cluster/reflector.ts';
import type { ReflectorAction, ReflectorEvent } from '../../../src/store/cluster/reflector-protocol.ts';

/** The random number of every step. */
export const HALF = 0.5;

/** What a request came to. */
export function failure(status: number | undefined, retryAfterMillis?: number, reason?: string): ApiError {
  return new ApiError('Unavailable', `status ${status}`, { status, retryAfterMillis, reason });
}

/** A reflector under a clock of the test's own. */
export class Driven {
  readonly reflector: Reflector;
  now = 0;
  actions: readonly ReflectorAction[] = [];
  attempt = 0;

  constructor(isSelective = false, isInstalled = false) {
    this.reflector = new Reflector({ isSelective, isInstalled });
    this.step({ type: 'start' });
  }

  step(event: ReflectorEvent): readonly ReflectorAction[] {
    this.actions = this.reflector.step(event, this.now, HALF);
    for (const action of this.actions) if ('attempt' in action) this.attempt = action.attempt;
    return this.actions;
  }

  page(resourceVersion: string, next?: string): readonly ReflectorAction[] {
    return this.step({ type: 'page', attempt: this.attempt, page: { items: [], next, resourceVersion } });
  }

  opened(): readonly ReflectorAction[] {
    return this.step({ type: 'opened', attempt: this.attempt });
  }

  message(message: unknown): readonly ReflectorAction[] {
    return this.step({ type: 'message', attempt: this.attempt, message });
  }

  ended(error?: ApiError): readonly ReflectorAction[] {
    return this.step({ type: 'ended', attempt: this.attempt, error });
  }

  /** Lets time pass until the reflector wants to be called. */
  untilDue(): readonly ReflectorAction[] {
    this.now = this.reflector.dueAt ?? Number.NaN;
    return this.step({ type: 'tick' });
  }

  names(): readonly string[] {
    return this.actions.map((action) => action.do);
  }
}
