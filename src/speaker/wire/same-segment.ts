import type { AssignedSegment } from './messages.ts';

/** Whether two segments of one name are the same, whatever is planned on them. */
export function isSameSegment(a: AssignedSegment, b: AssignedSegment): boolean {
  const [one, other] = [a.interface, b.interface];
  return one.index === other.index && one.name === other.name && one.mac === other.mac && a.local === b.local;
}
