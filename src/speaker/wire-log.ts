import type { Logger } from '../log/logger.ts';
import type { FromWire } from './wire-messages.ts';
import type { WireNews } from './wire-view.ts';

/** Tells what the worker says and what changes nothing here. */
export function logWire(logger: Logger, message: FromWire): void {
  if (message.type === 'peer') logPeer(logger, message);
  else if (message.type === 'fault') logger.warn(message.message);
  else if (message.type === 'stalled') {
    const milliseconds = Math.round(message.milliseconds);
    logger.warn('the process did not run for a while and gave its addresses up', { milliseconds });
  }
}

/** Tells of addresses that are answered no more, and of strangers that use one of ours. */
export function logNews(logger: Logger, { ended, strangers }: WireNews): void {
  for (const address of ended) logger.info('Fell silent for an address.', { address });
  for (const { address, mac } of strangers) {
    logger.warn('A machine that is none of ours uses an address of ours.', { address, mac });
  }
}

/** Tells when the session with the speaker of another node comes up or is lost. */
function logPeer(logger: Logger, { peer, transition }: Extract<FromWire, { readonly type: 'peer' }>): void {
  const { from, to, diagnostic, remoteState } = transition;
  const where = { node: peer.node, interface: peer.interface.name, address: peer.remote };
  if (from === 'Up') logger.warn('lost the speaker of a node', { ...where, diagnostic, remoteState });
  else if (to === 'Up') logger.info('watching the speaker of a node', where);
}
