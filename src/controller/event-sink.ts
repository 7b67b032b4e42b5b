import type { KubernetesObject } from '../api/object.ts';

/** Something that people should find in `kubectl describe`. */
export interface ObjectEvent {
  /** What it is about. */
  readonly object: KubernetesObject;
  readonly type: 'Normal' | 'Warning';
  /** A stable reason code in CamelCase. */
  readonly reason: string;
  readonly message: string;
}

/** Where events go. Telling costs the caller nothing: it is done when nothing else is to be written. */
export interface EventSink {
  /** A change. It ends what went on with the object before. @param goesOn whether it is told again in the course of time */
  record(event: ObjectEvent, goesOn?: boolean): void;
  /** Something that went on already when this process began to tell. */
  resume(event: ObjectEvent): void;
  /** Nothing goes on with the object any more, or it is gone. */
  end(object: KubernetesObject): void;
  /** Another process tells from now on. */
  clear(): void;
}

/** For a store that has no events. */
export const NO_EVENTS: EventSink = { record() {}, resume() {}, end() {}, clear() {} };
