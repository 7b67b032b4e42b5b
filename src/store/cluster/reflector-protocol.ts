import type { ApiError } from './api-error.ts';
import { type BackoffBounds, DEFAULT_BACKOFF } from './backoff.ts';

/** Times in milliseconds. */
export interface ReflectorTiming {
  readonly backoff: BackoffBounds;
  /** A watch that lasted this long makes up for the failures before it. */
  readonly steadyAfter: number;
  /** How long the server may take to accept a watch. */
  readonly openWithin: number;
  /** How long a watch may be silent: API servers send a bookmark a minute. Not for one that has shown to send none. */
  readonly silentFor: number;
  /** How long a watch is asked for; up to as much again is added at random. */
  readonly watchFor: number;
  /** How late after that the server may end it. */
  readonly grace: number;
}

export const DEFAULT_TIMING: ReflectorTiming = {
  backoff: DEFAULT_BACKOFF,
  steadyAfter: 10_000,
  openWithin: 30_000,
  silentFor: 150_000,
  watchFor: 300_000,
  grace: 30_000,
};

/** What a page of a list holds, and where the next begins. */
export interface ListPage {
  readonly items: readonly unknown[];
  readonly next: string | undefined;
  /** Where a watch goes on from. */
  readonly resourceVersion: string;
}

/** What a `Reflector` follows. */
export interface Followed {
  /** Whether a field selector is to be tried. */
  readonly isSelective: boolean;
  /** Whether the server should have the kind, as it was installed there: then one that has not may be about to. */
  readonly isInstalled: boolean;
}

/** Which part of a list to ask for. */
export interface ListPosition {
  /** Undefined for the first page. */
  readonly next: string | undefined;
  /** All in one answer: the server has forgotten the state that the pages were of. */
  readonly isWhole: boolean;
}

/** What happens to a `Reflector`. Outcomes name the attempt that they are of; those of former ones are ignored. */
export type ReflectorEvent =
  | { readonly type: 'start' | 'stop' | 'tick' }
  /** What is known may be older than somebody can do with: all objects are to be listed from now. */
  | { readonly type: 'refresh' }
  | { readonly type: 'page'; readonly attempt: number; readonly page: ListPage }
  | { readonly type: 'opened'; readonly attempt: number }
  | { readonly type: 'message'; readonly attempt: number; readonly message: unknown }
  /** The list failed, the watch was refused or broke off; without an error, the server ended the watch. */
  | { readonly type: 'ended'; readonly attempt: number; readonly error: ApiError | undefined };

/** What a `Reflector` wants done. */
export type ReflectorAction =
  | { readonly do: 'list'; readonly attempt: number; readonly position: ListPosition; readonly isSelective: boolean }
  | {
      readonly do: 'watch';
      readonly attempt: number;
      readonly resourceVersion: string;
      readonly timeoutSeconds: number;
      readonly isSelective: boolean;
    }
  /** Whatever is under way is of no use any more. */
  | { readonly do: 'abandon' }
  /** Objects of a list; `isFirst` and `isLast` may both hold. What a list up to its last page does not name is gone. */
  | { readonly do: 'take'; readonly items: readonly unknown[]; readonly isFirst: boolean; readonly isLast: boolean }
  | { readonly do: 'change'; readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: unknown }
  /** For the log: what went wrong, and when it is tried again. */
  | {
      readonly do: 'report';
      readonly reason: string;
      readonly status: number | undefined;
      readonly retryIn: number;
      /** The server does not have the kind, and nothing says that it comes to have it in a moment. */
      readonly isMissing: boolean;
    };
