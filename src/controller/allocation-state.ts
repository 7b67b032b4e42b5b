import type { Allocator } from '../allocator/allocator.ts';
import type { PoolReport } from '../allocator/pool-report.ts';
import type { Verdict } from '../allocator/verdict.ts';
import type { Life } from '../announcement/life.ts';
import { findCondition } from '../api/conditions.ts';
import type { Service } from '../api/kubernetes/service.ts';
import { ANNOUNCED, READY } from '../api/reasons/reasons.ts';
import type { ObjectWithConditions } from './object-with-conditions.ts';

/** What the controller knows when somebody asks for its numbers. */
export interface AllocationState {
  readonly pools: readonly PoolReport[];
  readonly verdicts: Iterable<Verdict>;
  /** The reason of the condition berth.dev/Announced of each Service that has an address. */
  readonly announced: Iterable<string>;
  /** Advertisements, peers and profiles that are not Ready. */
  readonly notReady: Iterable<ObjectNotReady>;
  readonly speakers: Iterable<Life>;
}

/** An object that says that it is not in force as its spec has it. */
export interface ObjectNotReady {
  readonly kind: string;
  readonly reason: string;
}

/** Where an {@link AllocationState} is taken from. */
export interface StateSources {
  readonly services: { get(key: string): Service | undefined };
  /** Advertisements, peers and profiles. */
  readonly objects: Iterable<ObjectWithConditions>;
  readonly speakers: Iterable<Life>;
}

export function allocationState(allocator: Allocator, { services, objects, speakers }: StateSources): AllocationState {
  return {
    pools: allocator.poolReports(),
    verdicts: allocator.verdicts(),
    announced: announcedReasons(allocator.verdicts(), services),
    notReady: notReady(objects),
    speakers,
  };
}

function* announcedReasons(verdicts: Iterable<Verdict>, services: StateSources['services']): Iterable<string> {
  for (const { service, addresses } of verdicts) {
    const conditions = addresses.length > 0 ? services.get(service)?.status?.conditions : undefined;
    const reason = findCondition(conditions, ANNOUNCED)?.reason;
    if (reason !== undefined) yield reason;
  }
}

function* notReady(objects: Iterable<ObjectWithConditions>): Iterable<ObjectNotReady> {
  for (const { kind, status } of objects) {
    const condition = findCondition(status?.conditions, READY);
    if (condition?.status === 'False') yield { kind, reason: condition.reason ?? '' };
  }
}
