import { isMembers, trimObject } from './trim.ts';

/** A SpeakerStatus as whoever plans needs it: where the node is attached. What it announces may be more than a megabyte. */
export function trimReport(value: unknown): unknown {
  const trimmed = trimObject(value);
  if (!isMembers(trimmed) || !isMembers(trimmed.status)) return trimmed;
  const { interfaces } = trimmed.status;
  return { ...trimmed, status: interfaces === undefined ? {} : { interfaces } };
}

/** An EndpointSlice as plans need it: on which nodes something serves. Pods and ports are most of it, and say nothing of that. */
export function trimSlice(value: unknown): unknown {
  const trimmed = trimObject(value);
  if (!isMembers(trimmed)) return trimmed;
  const { ports: _, endpoints, ...rest } = trimmed;
  return Array.isArray(endpoints) ? { ...rest, endpoints: endpoints.map(withoutPod) } : trimmed;
}

function withoutPod(endpoint: unknown): unknown {
  if (!isMembers(endpoint)) return endpoint;
  const { nodeName, conditions } = endpoint;
  return { ...(nodeName === undefined ? {} : { nodeName }), ...(conditions === undefined ? {} : { conditions }) };
}
