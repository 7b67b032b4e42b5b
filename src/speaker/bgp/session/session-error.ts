import type { SessionCause } from '../../../api/reasons/session.ts';

/** What went wrong last, as `SpeakerStatus` has it. */
export interface SessionError {
  /** Error code and subcode of the NOTIFICATION; both 0 where there was none. */
  readonly code: number;
  readonly subcode: number;
  readonly text: string;
  readonly cause: SessionCause;
  /** Milliseconds since 1970. */
  readonly at: number;
}
