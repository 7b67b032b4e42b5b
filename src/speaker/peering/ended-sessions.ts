import type { Peering } from '../../announcement/bgp/peering.ts';
import type { SpeakerReport } from '../../api/speaker-status.ts';
import type { StopReason } from '../wire/messages.ts';

type Sessions = NonNullable<SpeakerReport['sessions']>;

/** Sessions as they are once the speaker has ended. @param at when that is, RFC 3339 */
export function endedSessions(
  sessions: Sessions,
  peerings: readonly Peering[],
  reason: StopReason,
  at: string,
): Sessions {
  const graceful = new Set(peerings.filter((each) => each.gracefulRestartTime !== undefined).map(({ peer }) => peer));
  return sessions.map(({ peer, address, advertised, state, lastError, since }) => {
    if (state !== 'Established') return { peer, address, advertised, lastError, state: 'Idle', since };
    const keeps = reason === 'Restart' && graceful.has(peer);
    const text = keeps
      ? 'the speaker of this node restarts, and the router keeps its routes'
      : 'the speaker of this node was stopped';
    const why = { code: 0, subcode: 0, cause: 'SpeakerStopped', text, at };
    return { peer, address, advertised: keeps ? advertised : 0, lastError: why, state: 'Idle', since: at };
  });
}
