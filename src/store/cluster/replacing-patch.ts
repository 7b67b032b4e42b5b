import { isDeepStrictEqual } from 'node:util';
import { isMembers } from './trim.ts';

/** The JSON merge patch (RFC 7396) that makes one value of another; members that are undefined count as absent. */
export function replacingPatch(current: unknown, wanted: unknown): unknown {
  if (!isMembers(current) || !isMembers(wanted)) return wanted;
  const patch: Record<string, unknown> = {};
  for (const name of new Set([...Object.keys(current), ...Object.keys(wanted)])) {
    if (wanted[name] === undefined) patch[name] = null;
    else if (!isDeepStrictEqual(current[name], wanted[name])) patch[name] = replacingPatch(current[name], wanted[name]);
  }
  return patch;
}
