import { findCondition } from '../api/conditions.ts';
import type { Service } from '../api/kubernetes/service.ts';
import { keyOf, keyText } from '../api/object.ts';
import { ALLOCATED, ALLOCATED_REASONS, ANNOUNCED } from '../api/reasons/reasons.ts';
import type { EventSink, ObjectEvent } from './event-sink.ts';

type Conditions = NonNullable<Service['status']>['conditions'];

/** What a condition says, as an event tells it. */
interface Told {
  readonly event: Omit<ObjectEvent, 'object'>;
  /** Whether people should find it whenever they look. */
  readonly goesOn: boolean;
}

/** Of these, another event or another condition says more, or they pass by themselves. */
const UNTOLD: ReadonlySet<string> = new Set(['NoAddress', 'NotYetAnnounced', 'NotListed']);

/** Reasons with which a Service has an address, and a person has something to do all the same. */
const UNMET: ReadonlySet<string> = new Set(
  Object.entries(ALLOCATED_REASONS).flatMap(([reason, { status, event }]) =>
    status === 'True' && event === 'Warning' ? [reason] : [],
  ),
);

/**
 * Tells each change of a Service's two conditions as an event, and goes on telling the one that a person has to do
 * something about: why there is no address, else why nobody announces it, else why it is not the one asked for.
 */
export class ServiceEvents {
  readonly #sink: EventSink;
  /** The Services of which the sink knows what goes on. */
  readonly #known = new Set<string>();

  constructor(sink: EventSink) {
    this.#sink = sink;
  }

  /** The status of the Service has been written: its conditions were those of the object, and are these now. */
  changed(service: Service, after: Conditions): void {
    const before = tellingOf(service.status?.conditions);
    const { allocated, announced, goesOn } = tellingOf(after);
    this.#changed(service, announced, before.announced, goesOn);
    this.#changed(service, allocated, before.allocated, goesOn);
    this.#known.add(keyText(keyOf(service)));
    if (goesOn === undefined) this.#sink.end(service);
    else if (same(goesOn, before.goesOn)) this.#sink.resume({ object: service, ...goesOn.event });
    else this.#sink.record({ object: service, ...goesOn.event }, true);
  }

  #changed(service: Service, told: Told | undefined, before: Told | undefined, goesOn: Told | undefined): void {
    if (told === undefined || same(told, before) || same(told, goesOn)) return;
    this.#sink.record({ object: service, ...told.event });
  }

  /** The Service's status is as it should be: what goes on is told again in its time, as another process did before. */
  unchanged(service: Service): void {
    const key = keyText(keyOf(service));
    if (this.#known.has(key)) return;
    this.#known.add(key);
    const { goesOn } = tellingOf(service.status?.conditions);
    if (goesOn !== undefined) this.#sink.resume({ object: service, ...goesOn.event });
  }

  /** The Service is gone, or is not ours any more. */
  forget(service: Service): void {
    this.#known.delete(keyText(keyOf(service)));
    this.#sink.end(service);
  }

  /** Another process tells from now on. */
  clear(): void {
    this.#known.clear();
    this.#sink.clear();
  }
}

/** What the two conditions of a Service say. */
interface Telling {
  readonly allocated: Told | undefined;
  readonly announced: Told | undefined;
  /** The one of them that a person has to do something about; the one to begin with where both are. */
  readonly goesOn: Told | undefined;
}

function tellingOf(conditions: Conditions): Telling {
  const ofAllocated = findCondition(conditions, ALLOCATED);
  const allocated = toldOf(ofAllocated);
  const announced = toldOf(findCondition(conditions, ANNOUNCED));
  const isPending = ofAllocated?.status !== 'True';
  const inTurn = isPending ? [allocated, announced] : [announced, allocated];
  return { allocated, announced, goesOn: inTurn.find((told) => told?.goesOn) };
}

function toldOf(condition: NonNullable<Conditions>[number] | undefined): Told | undefined {
  if (condition?.reason === undefined || UNTOLD.has(condition.reason)) return undefined;
  const { status, reason, message = '' } = condition;
  const goesOn = status !== 'True' || UNMET.has(reason);
  return { event: { type: goesOn ? 'Warning' : 'Normal', reason, message }, goesOn };
}

function same(a: Told, b: Told | undefined): boolean {
  return b !== undefined && a.event.reason === b.event.reason && a.event.message === b.event.message;
}
