import type { WithheldReason } from '../api/reasons/announcement.ts';

/** What keeps a node from announcing an address. */
export interface Bar {
  readonly reason: WithheldReason;
  /** For people: names the object at fault and the remedy. */
  readonly detail: string;
}
