import { StoreError, type StoreErrorCode } from '../store.ts';
import { missingRight } from './missing-right.ts';
import { isMembers } from './trim.ts';

/** What is known of a refusal besides its code. */
export interface ApiErrorDetail {
  /** The HTTP status; undefined where there was no answer, or half of one. */
  readonly status?: number | undefined;
  /** `metav1.Status.reason`, such as `Expired`; or {@link NO_CREDENTIALS}. */
  readonly reason?: string | undefined;
  /** How long the server is to be left alone: as long as it wants, a minute at most. */
  readonly retryAfterMillis?: number | undefined;
  /** Nothing came back on a connection that had been used before: the server may have closed it long ago. */
  readonly isStaleConnection?: boolean | undefined;
  /** Nothing came back in time: the server may have vanished, and with it what else is connected to it. */
  readonly isUnanswered?: boolean | undefined;
  readonly cause?: unknown;
}

/** The {@link ApiErrorDetail.reason} where a request was not sent, because nothing could be shown to the server. */
export const NO_CREDENTIALS = 'NoCredentials';

/** A refusal or failure of the Kubernetes API. */
export class ApiError extends StoreError {
  readonly status: number | undefined;
  readonly reason: string | undefined;
  readonly retryAfterMillis: number | undefined;
  readonly isStaleConnection: boolean;
  readonly isUnanswered: boolean;

  constructor(code: StoreErrorCode, message: string, detail: ApiErrorDetail = {}) {
    super(code, message, detail.cause === undefined ? {} : { cause: detail.cause });
    this.status = detail.status;
    this.reason = detail.reason;
    this.retryAfterMillis = detail.retryAfterMillis;
    this.isStaleConnection = detail.isStaleConnection ?? false;
    this.isUnanswered = detail.isUnanswered ?? false;
  }
}

/** The error that an HTTP answer outside 200 to 299 means. The body is a `metav1.Status` unless something in between wrote it. */
export function errorOfAnswer(what: string, status: number, body: string, retryAfter?: string | undefined): ApiError {
  const { reason, message } = readStatus(body);
  const remedy = message === undefined ? undefined : missingRight(message);
  const text = [message ?? excerpt(status, body), ...(remedy === undefined ? [] : [remedy])].join('; ');
  return new ApiError(codeOf(status, reason), `${what}: ${text}`, {
    status,
    reason,
    retryAfterMillis: retryAfterMillis(retryAfter),
  });
}

/** The error that an `ERROR` event in a watch means: its object is a `metav1.Status`. */
export function errorOfStatus(what: string, object: unknown): ApiError {
  const status = isMembers(object) && typeof object.code === 'number' ? object.code : 500;
  return errorOfAnswer(what, status, JSON.stringify(object));
}

/** Whether the state that was asked for has been forgotten, so that all objects have to be listed again. */
export function isExpired({ status, reason }: Pick<ApiError, 'status' | 'reason'>): boolean {
  return status === 410 || reason === 'Expired' || reason === 'Gone';
}

function codeOf(status: number, reason: string | undefined): StoreErrorCode {
  if (status === 404) return 'NotFound';
  if (status === 409) return reason === 'AlreadyExists' ? 'AlreadyExists' : 'Conflict';
  if (status === 401 || status === 403) return 'Forbidden';
  if (status >= 500 || status === 429 || status === 408 || status === 410) return 'Unavailable';
  return 'Invalid';
}

function readStatus(body: string): { readonly reason?: string; readonly message?: string } {
  try {
    const value: unknown = JSON.parse(body);
    if (!isMembers(value) || value.kind !== 'Status') return {};
    return {
      ...(typeof value.reason === 'string' ? { reason: value.reason } : {}),
      ...(typeof value.message === 'string' ? { message: value.message } : {}),
    };
  } catch {
    return {};
  }
}

function excerpt(status: number, body: string): string {
  const text = body.replace(/\s+/g, ' ').trim().slice(0, 200);
  return text === '' ? `HTTP status ${status}` : `HTTP status ${status}: ${text}`;
}

/** Milliseconds. API servers ask for some seconds; a proxy in between may ask for a day, and be mended in a minute. */
const LONGEST_RETRY_AFTER = 60_000;

/** `Retry-After` in seconds (RFC 9110 section 10.2.3). API servers do not write the form with a date. */
function retryAfterMillis(header: string | undefined): number | undefined {
  if (header === undefined || !/^\d+$/.test(header)) return undefined;
  return Math.min(Number(header) * 1000, LONGEST_RETRY_AFTER);
}
