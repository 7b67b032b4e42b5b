import { HOST_LITTLE_ENDIAN, viewOf } from '../byte-order.ts';
import { errorName, SystemError } from '../system-error.ts';
import { decodeAttributes, readText } from './attribute.ts';
import type { NetlinkMessage } from './message.ts';

/** The message does not repeat the request's payload behind `struct nlmsgerr` (NETLINK_CAP_ACK). */
const NLM_F_CAPPED = 0x100;
/** It carries attributes there (NETLINK_EXT_ACK). */
const NLM_F_ACK_TLVS = 0x200;
/** The kernel's own words for what is wrong. */
const NLMSGERR_ATTR_MSG = 1;

const ERROR_LENGTH = 4;
/** struct nlmsgerr: i32 error, then the header of the request. */
const STRUCT_LENGTH = 20;

/**
 * What an NLMSG_ERROR or NLMSG_DONE message says: undefined for success, else the error with its name in errno(3) as
 * `code`. A message too short to say anything is the error `EBADMSG`.
 */
export function decodeError({ payload, flags }: NetlinkMessage): SystemError | undefined {
  if (payload.length < ERROR_LENGTH)
    return new SystemError('EBADMSG', 'EBADMSG: the kernel gave a result of no length');
  const error = viewOf(payload).getInt32(0, HOST_LITTLE_ENDIAN);
  if (error >= 0) return undefined;
  const code = errorName(-error);
  const reason = flags & NLM_F_CAPPED && flags & NLM_F_ACK_TLVS ? reasonIn(payload.subarray(STRUCT_LENGTH)) : undefined;
  return new SystemError(code, reason ? `${code}: ${reason}` : code);
}

function reasonIn(attributes: Uint8Array): string | undefined {
  return readText(decodeAttributes(attributes).get(NLMSGERR_ATTR_MSG));
}
