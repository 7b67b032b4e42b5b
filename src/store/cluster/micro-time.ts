import type { Lease } from '../../api/kubernetes/lease.ts';

/**
 * A time as meta/v1 `MicroTime` has it: RFC 3339 with exactly six decimals. An API server refuses any other number.
 *
 * @param millis since 1970
 */
export function microTime(millis: number): string {
  return withSixDecimals(new Date(millis).toISOString());
}

/** The Lease with its times as an API server takes them. */
export function withMicroTimes(lease: Lease): Lease {
  if (lease.spec === undefined) return lease;
  const { acquireTime, renewTime, ...rest } = lease.spec;
  return {
    ...lease,
    spec: {
      ...rest,
      ...(acquireTime === undefined ? {} : { acquireTime: withSixDecimals(acquireTime) }),
      ...(renewTime === undefined ? {} : { renewTime: withSixDecimals(renewTime) }),
    },
  };
}

function withSixDecimals(time: string): string {
  const parts = /^(.*:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(time);
  if (parts === null) return time;
  const [, seconds, decimals = '', zone] = parts;
  return `${seconds}.${decimals.padEnd(6, '0').slice(0, 6)}${zone}`;
}
