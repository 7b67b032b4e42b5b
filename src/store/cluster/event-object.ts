import { createHash } from 'node:crypto';
import type { KubernetesObject } from '../../api/object.ts';
import { DEFAULT_NAMESPACE } from '../../api/schema/define-kind.ts';

/** Something that people should find in `kubectl describe`. */
export interface ObjectEvent {
  /** What it is about. */
  readonly object: KubernetesObject;
  readonly type: 'Normal' | 'Warning';
  /** A stable reason code in CamelCase. */
  readonly reason: string;
  readonly message: string;
}

/** Who writes events. */
export interface EventSource {
  /** The program, such as `berth-controller`. */
  readonly component: string;
  /** The process. */
  readonly instance: string;
}

/** The API server takes no longer ones. */
const LONGEST_MESSAGE = 1024;

/** Where an event is kept: beside its object, or in `default` for one that is in no namespace. */
export function eventNamespace({ object }: ObjectEvent): string {
  return object.metadata.namespace ?? DEFAULT_NAMESPACE;
}

/** The same for the same fact about the same object, whichever process of a program tells it. */
export function eventName(
  { object, type, reason, message }: ObjectEvent,
  { component }: Pick<EventSource, 'component'>,
): string {
  const { name, uid } = object.metadata;
  const fact = JSON.stringify([component, object.kind, uid, type, reason, message]);
  const hash = createHash('sha256').update(fact).digest('hex').slice(0, 16);
  return `${name.slice(0, 230).replace(/[^a-z0-9]+$/, '')}.${hash}`;
}

/** The object to create for an event that is told for the first time (core/v1 `Event`). @param time RFC 3339 */
export function newEvent(event: ObjectEvent, source: EventSource, time: string): unknown {
  const { component, instance } = source;
  const { apiVersion, kind, metadata } = event.object;
  const { name, namespace, uid, resourceVersion } = metadata;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: eventName(event, source), namespace: eventNamespace(event) },
    involvedObject: { apiVersion, kind, name, namespace, uid, resourceVersion },
    type: event.type,
    reason: event.reason,
    message: shorten(event.message),
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
    source: { component },
    reportingComponent: component,
    reportingInstance: instance,
  };
}

/** The merge patch for an event that is told once more. */
export function repeatedEvent(count: number, time: string): unknown {
  return { count, lastTimestamp: time };
}

function shorten(message: string): string {
  return message.length <= LONGEST_MESSAGE ? message : `${message.slice(0, LONGEST_MESSAGE - 1)}…`;
}
