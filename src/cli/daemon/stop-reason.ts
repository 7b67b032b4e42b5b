import type { StopReason } from '../../speaker/wire/messages.ts';
import type { CommandContext } from '../context.ts';

/**
 * What the stop signal means for the addresses of this node. A supervisor ends a daemon by SIGTERM to start it anew, and
 * nothing is to move meanwhile; whoever interrupts it at a terminal wants it gone.
 */
export function stopReason(context: Pick<CommandContext, 'stopSignal'>): StopReason {
  return context.stopSignal().reason === 'SIGTERM' ? 'Restart' : 'Leave';
}
