import { GROUP } from '../../api/schema/custom-kind.ts';
import { isMembers, trimObject } from './trim.ts';

/**
 * An object without the number of its state: it would change with whatever is left out of a form, and nothing that has one
 * is written by its watched state.
 */
function trimState(value: unknown): unknown {
  const trimmed = trimObject(value);
  if (!isMembers(trimmed) || !isMembers(trimmed.metadata)) return trimmed;
  const { resourceVersion: _, ...metadata } = trimmed.metadata;
  return { ...trimmed, metadata };
}

/** A SpeakerStatus as whoever plans needs it: where the node is attached. What it announces may be more than a megabyte. */
export function trimReport(value: unknown): unknown {
  const trimmed = trimState(value);
  if (!isMembers(trimmed) || !isMembers(trimmed.status)) return trimmed;
  const { interfaces } = trimmed.status;
  return { ...trimmed, status: interfaces === undefined ? {} : { interfaces } };
}

/** An EndpointSlice as plans need it: on which nodes something serves. Pods and ports are most of it, and say nothing of that. */
export function trimSlice(value: unknown): unknown {
  const trimmed = trimState(value);
  if (!isMembers(trimmed)) return trimmed;
  const { ports: _, endpoints, ...rest } = trimmed;
  return Array.isArray(endpoints) ? { ...rest, endpoints: endpoints.map(withoutPod) } : trimmed;
}

/** A Node as plans need it: all but what its kubelet and others keep there for themselves, its heartbeats too. */
export function trimNode(value: unknown): unknown {
  const trimmed = trimState(value);
  if (!isMembers(trimmed) || !isMembers(trimmed.metadata)) return trimmed;
  const { annotations, ...metadata } = trimmed.metadata;
  const own = Object.entries(isMembers(annotations) ? annotations : {}).filter(([name]) => name.startsWith(OWN));
  if (own.length > 0) metadata.annotations = Object.fromEntries(own);
  const spec = members(trimmed, 'spec', SPEC);
  const { status } = members(trimmed, 'status', STATUS);
  return { ...trimmed, metadata, ...spec, ...(isMembers(status) ? { status: withoutHeartbeats(status) } : {}) };
}

const OWN = `${GROUP}/`;
const SPEC = ['podCIDR', 'podCIDRs', 'taints', 'unschedulable'];
const STATUS = ['addresses', 'conditions'];

/** A member of an object with these members alone, if it is there and has any. */
function members(
  object: Readonly<Record<string, unknown>>,
  name: string,
  kept: readonly string[],
): Readonly<Record<string, unknown>> {
  const value = object[name];
  if (!isMembers(value)) return {};
  return { [name]: Object.fromEntries(kept.flatMap((each) => (each in value ? [[each, value[each]]] : []))) };
}

function withoutHeartbeats(status: Readonly<Record<string, unknown>>): object {
  const { conditions } = status;
  return Array.isArray(conditions) ? { ...status, conditions: conditions.map(withoutHeartbeat) } : status;
}

function withoutHeartbeat(condition: unknown): unknown {
  if (!isMembers(condition)) return condition;
  const { lastHeartbeatTime: _, ...rest } = condition;
  return rest;
}

function withoutPod(endpoint: unknown): unknown {
  if (!isMembers(endpoint)) return endpoint;
  const { nodeName, conditions } = endpoint;
  return { ...(nodeName === undefined ? {} : { nodeName }), ...(conditions === undefined ? {} : { conditions }) };
}
