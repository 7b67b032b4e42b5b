import { findCondition } from '../api/conditions.ts';
import type { Service } from '../api/kubernetes/service.ts';
import { keyOf, keyText } from '../api/object.ts';
import { ALLOCATED } from '../api/reasons.ts';
import type { Logger } from '../log/logger.ts';
import type { ServiceStatusPatch } from './service-status.ts';

/** Tells of a change of what a Service holds, or of why. @param service as it was before the patch */
export function logAllocation(
  logger: Logger,
  service: Service,
  { conditions, loadBalancer }: ServiceStatusPatch,
  pool: string | null,
): void {
  const key = keyText(keyOf(service));
  const allocated = findCondition(conditions ?? [], ALLOCATED);
  const before = findCondition(service.status?.conditions, ALLOCATED);
  if (allocated?.reason === before?.reason && allocated?.message === before?.message) return;
  const addresses = (loadBalancer?.ingress ?? service.status?.loadBalancer?.ingress ?? []).map(({ ip }) => ip);
  logger.info(`${key}: ${allocated?.message}`, { service: key, addresses, pool, reason: allocated?.reason });
}
