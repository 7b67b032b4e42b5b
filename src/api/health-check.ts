import type { AnnotationName } from './annotations.ts';
import { milliseconds } from './fields/duration.ts';

/** On a Service: says what decides whether a node serves it, where there are no EndpointSlices that do. Ours alone. */
export const HEALTH_CHECK: AnnotationName = { spellings: ['berth.dev/health-check'] };

/** How a node finds out whether it serves a Service. Times in milliseconds. */
export interface HealthCheck {
  /** An IP address, without brackets, or a name. */
  readonly host: string;
  readonly port: number;
  /** From one attempt to the next. */
  readonly interval: number;
  /** For one attempt. */
  readonly timeout: number;
  /** Failures in a row after which the node does not serve it. */
  readonly fall: number;
  /** Successes in a row after which it does again. */
  readonly rise: number;
}

/** HAProxy's: `inter 2s fall 3 rise 2`. */
const DEFAULTS = { interval: 2000, timeout: 1000, fall: 3, rise: 2 } as const;
const FORM = 'write it such as tcp://127.0.0.1:6443, or tcp://127.0.0.1:6443?interval=1s&timeout=500ms&fall=2&rise=2';
const LEAST_TIME = 100;
const MOST_TIME = 3_600_000;
const MOST_COUNT = 100;

/** A value of {@link HEALTH_CHECK} that cannot be understood. */
export class HealthCheckError extends Error {
  override readonly name = 'HealthCheckError';
}

/**
 * Reads `tcp://HOST:PORT`, with `interval` and `timeout` (100ms to 1h) and `fall` and `rise` (1 to 100) as a query.
 *
 * @throws HealthCheckError that says what is wrong and how to write it.
 */
export function parseHealthCheck(text: string): HealthCheck {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'tcp:') throw fault(text, 'it is no tcp:// URL');
  const { hostname, port, username, pathname, hash, searchParams } = url;
  if (hostname === '' || port === '' || port === '0') throw fault(text, 'it lacks a host or a port');
  if (username !== '' || hash !== '' || (pathname !== '' && pathname !== '/')) throw fault(text, 'it says too much');
  const known = new Map<string, number>(Object.entries(DEFAULTS));
  for (const [name, value] of searchParams) {
    if (!known.has(name)) throw fault(text, `it has no ${name}: known are ${Object.keys(DEFAULTS).join(', ')}`);
    known.set(name, name === 'fall' || name === 'rise' ? count(text, name, value) : time(text, name, value));
  }
  const { interval, timeout, fall, rise } = Object.fromEntries(known) as Omit<HealthCheck, 'host' | 'port'>;
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port), interval, timeout, fall, rise };
}

function count(text: string, name: string, value: string): number {
  const number = /^\d{1,3}$/.test(value) ? Number(value) : 0;
  if (number < 1 || number > MOST_COUNT) throw fault(text, `${name} is not 1 to ${MOST_COUNT}`);
  return number;
}

function time(text: string, name: string, value: string): number {
  try {
    const found = milliseconds(value);
    if (found >= LEAST_TIME && found <= MOST_TIME) return found;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw fault(text, `${name} is not 100ms to 1h`);
}

function fault(text: string, reason: string): HealthCheckError {
  return new HealthCheckError(`"${text}" is not understood, as ${reason}: ${FORM}`);
}
