import type { Logger } from '../log/logger.ts';
import type { FromWire } from './wire-messages.ts';

/** Tells when the session with the speaker of another node comes up or is lost. */
export function logPeer(logger: Logger, { peer, transition }: Extract<FromWire, { readonly type: 'peer' }>): void {
  const { from, to, diagnostic, remoteState } = transition;
  const where = { node: peer.node, interface: peer.interface.name, address: peer.remote };
  if (from === 'Up') logger.warn('lost the speaker of a node', { ...where, diagnostic, remoteState });
  else if (to === 'Up') logger.info('watching the speaker of a node', where);
}
