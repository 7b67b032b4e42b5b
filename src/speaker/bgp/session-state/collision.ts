/** Who opened a TCP connection: we, or the peer (RFC 4271 section 8.2.1). */
export type Direction = 'outgoing' | 'incoming';

/** What collision detection compares. */
export interface Speaker {
  /** BGP Identifier, an unsigned 32-bit integer. */
  readonly identifier: number;
  readonly asNumber: number;
}

/**
 * Which of two colliding connections stays: the one opened by the speaker with the higher BGP Identifier (RFC 4271
 * section 6.8), or with the larger AS number where the identifiers are the same (RFC 6286 section 2.3).
 */
export function survivingDirection(local: Speaker, remote: Speaker): Direction {
  const difference = local.identifier - remote.identifier || local.asNumber - remote.asNumber;
  return difference > 0 ? 'outgoing' : 'incoming';
}
