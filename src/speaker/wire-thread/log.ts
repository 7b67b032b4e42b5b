import type { Logger } from '../../log/logger.ts';
import { isTakeover, type SpeakerMetrics } from '../metrics/speaker.ts';
import type { FromWire, RoleReport } from '../wire/messages.ts';
import { AlikeLines } from './alike-lines.ts';
import type { WireNews } from './view.ts';

/** Tells people, and counts, what changes on the wire and why. */
export class WireLog {
  readonly #answers = new Set<string>();

  constructor(
    private readonly logger: Logger,
    private readonly metrics: Pick<SpeakerMetrics, 'tookOver' | 'caredFor'>,
    private readonly servicesOf: (address: string) => readonly string[],
  ) {}

  tell({ roles, strangers }: WireNews): void {
    const lines = new AlikeLines(this.logger);
    for (const report of roles) this.#tellRole(report, lines);
    lines.end();
    for (const { address, mac } of strangers) {
      this.logger.warn('a machine that is none of ours uses an address of ours', { address, mac });
    }
  }

  /** Tells what the worker says that changes nothing on this side. */
  relay(message: FromWire): void {
    if (message.type === 'peer') this.#tellPeer(message);
    else if (message.type === 'unwatched') this.#tellUnwatched(message);
    else if (message.type === 'fault') this.logger.warn(message.message);
  }

  /** Nothing is answered any more. */
  clear(): void {
    this.#answers.clear();
  }

  #tellRole({ address, interface: link, role, cause, node, after }: RoleReport, lines: AlikeLines): void {
    const unit = `${address} ${link}`;
    const why = { interface: link, cause, ...(node === undefined ? {} : { node }) };
    if (cause === 'MovedTooOften') {
      lines.info('keeping an address that has moved too often to move again now', why, () => ({ address }));
    } else if (cause === 'MayMove') {
      lines.info('an address may move again', why, () => ({ address }));
    } else if (role === 'Owner') {
      this.#answers.add(unit);
      if (isTakeover(cause)) this.metrics.tookOver(cause, after);
      lines.info('answering for an address', why, () => ({ address, services: this.servicesOf(address) }));
    } else if (role === 'Caretaker') {
      this.#answers.add(unit);
      if (after !== undefined) this.metrics.caredFor(cause, after);
      lines.info('answering for an address in the name of its node', why, () => ({ address }));
    } else if (this.#answers.delete(unit)) {
      lines.info('fell silent for an address', why, () => ({ address }));
    }
  }

  #tellUnwatched({ node, interface: link }: Extract<FromWire, { readonly type: 'unwatched' }>): void {
    const remedy = 'let UDP port 3784 pass between the nodes, and see that no other BFD daemon has it';
    this.logger.warn('The speaker of a node cannot be watched by BFD: its death would be noticed after seconds only.', {
      ...{ reason: 'PeerUnwatched', node, interface: link, remedy },
    });
  }

  /** The session with the speaker of another node comes up or is lost. */
  #tellPeer({ peer, transition }: Extract<FromWire, { readonly type: 'peer' }>): void {
    const { from, to, diagnostic, remoteState } = transition;
    const where = { node: peer.node, interface: peer.interface?.name, address: peer.remote };
    if (from === 'Up') this.logger.warn('lost the speaker of a node', { ...where, diagnostic, remoteState });
    else if (to === 'Up') this.logger.info('watching the speaker of a node', where);
  }
}
