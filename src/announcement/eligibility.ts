import type { Node } from '../api/kubernetes/node.ts';
import type { Bar } from './bar.ts';
import type { LabelledNode } from './nodes.ts';

/** Set on a Node to move its addresses away; any value but `false` does. */
export const DRAIN_ANNOTATION = 'berth.dev/drain';
/** Kubernetes' label for nodes that load balancers leave out. Its presence counts, whatever its value. */
const EXCLUDE_LABEL = 'node.kubernetes.io/exclude-from-external-load-balancers';
/** Kubernetes' taint for a node that is shut down for good, whatever its effect. */
const OUT_OF_SERVICE_TAINT = 'node.kubernetes.io/out-of-service';

/** Why the state of a node keeps it from announcing any address; undefined for a node in good health. */
export function healthBar({ name, object }: LabelledNode): Bar | undefined {
  if (!object) return undefined;
  const { labels = {} } = object.metadata;
  if (Object.hasOwn(labels, EXCLUDE_LABEL)) {
    const detail = `node ${name} is labelled ${EXCLUDE_LABEL}: kubectl label node ${name} ${EXCLUDE_LABEL}-`;
    return { reason: 'NodeExcluded', detail };
  }
  if (object.spec?.taints?.some(({ key }) => key === OUT_OF_SERVICE_TAINT)) {
    const detail = `node ${name} is tainted out of service: kubectl taint node ${name} ${OUT_OF_SERVICE_TAINT}-`;
    return { reason: 'NodeExcluded', detail };
  }
  if (isDrained(object.metadata)) {
    const detail = `node ${name} is annotated ${DRAIN_ANNOTATION}: berth undrain ${name} brings it back`;
    return { reason: 'NodeDraining', detail };
  }
  const ready = condition(object, 'Ready');
  if (isShuttingDown(ready)) {
    const detail = `node ${name} is being shut down, as its kubelet says: its addresses come back after the next start`;
    return { reason: 'NodeDraining', detail };
  }
  const network = condition(object, 'NetworkUnavailable');
  if (network?.status === 'True') {
    const detail = `node ${name} has the condition NetworkUnavailable${because(network)}: see its network plug-in`;
    return { reason: 'NodeNetworkUnavailable', detail };
  }
  if (ready && ready.status !== 'True') {
    const detail = `node ${name} is not Ready${because(ready)}, so it takes no address anew: see its kubelet`;
    return { reason: 'NodeNotReady', detail };
  }
  return undefined;
}

/** Whether somebody wants the node's addresses elsewhere. */
export function isDrained({ annotations = {} }: Node['metadata']): boolean {
  return Object.hasOwn(annotations, DRAIN_ANNOTATION) && annotations[DRAIN_ANNOTATION] !== 'false';
}

/** What of a Node object a plan depends on. Its heartbeats change none of it. */
export function decisiveInNode(node: Node): unknown {
  const { labels, annotations } = node.metadata;
  const conditions = ['NetworkUnavailable', 'Ready'].map((type) => {
    const found = condition(node, type);
    return found && [found.status, found.reason, isShuttingDown(found)];
  });
  return [labels, annotations?.[DRAIN_ANNOTATION], node.spec?.taints, conditions];
}

type NodeCondition = NonNullable<NonNullable<Node['status']>['conditions']>[number];

function condition(node: Node, type: string): NodeCondition | undefined {
  return node.status?.conditions?.find((condition) => condition.type === type);
}

/** What a kubelet that delays the shutdown of its machine writes into the condition (Kubernetes, graceful node shutdown). */
const SHUTTING_DOWN = 'node is shutting down';

function isShuttingDown(ready: NodeCondition | undefined): boolean {
  return ready?.status === 'False' && (ready.message?.includes(SHUTTING_DOWN) ?? false);
}

function because({ reason }: NodeCondition): string {
  return reason ? ` (${reason})` : '';
}
