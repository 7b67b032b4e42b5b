import type { Claim, Message, MessageBody } from '../../../src/speaker/ownership/message.ts';
import type { HeldAddress, OwnershipAction, OwnershipEvent } from '../../../src/speaker/ownership/protocol.ts';
import { SegmentOwnership } from '../../../src/speaker/ownership/segment-ownership.ts';
import { ADDRESS, macOf } from './world.ts';

export const OWNER: Claim = { role: 'Owner' };

/** n1 beside n2 and n3, with what it does by the time. */
export class Node {
  readonly core: SegmentOwnership;
  readonly done: { readonly at: number; readonly action: OwnershipAction }[] = [];
  now = 0;

  constructor(before: readonly HeldAddress[] = [], candidates: readonly string[] = ['n1', 'n2', 'n3']) {
    this.core = new SegmentOwnership({ node: 'n1', mac: macOf('n1'), boot: 1, held: before }, 0);
    const peers = ['n2', 'n3'].map((node) => ({ node, mac: macOf(node) }));
    this.step({
      type: 'plan',
      plan: { addresses: [{ address: ADDRESS, candidates, holdOff: 0, draining: false }], peers },
    });
  }

  step(event: OwnershipEvent): void {
    for (const action of this.core.step(event, this.now)) this.done.push({ at: this.now, action });
  }

  /** Lets time pass with a step whenever one is due. */
  run(until: number): void {
    while (this.core.dueAt <= until) {
      this.now = Math.max(this.now, this.core.dueAt);
      this.step({ type: 'tick' });
    }
    this.now = until;
  }

  hear(from: string, version: number, body: MessageBody, boot = 1): void {
    this.step({ type: 'message', message: { from, boot, version, body } });
  }

  hearClaim(from: string, claim: Claim | null, version = 1): void {
    this.hear(from, version, { type: 'Changes', changes: [{ address: ADDRESS, claim, age: 0, moves: [] }] });
  }

  get reports(): readonly string[] {
    return this.done.flatMap(({ at, action }) => {
      return action.do === 'report' ? [`${at} ${action.role} ${action.cause}`] : [];
    });
  }

  sent(type: MessageBody['type']): readonly { readonly at: number; readonly message: Message }[] {
    return this.done.flatMap(({ at, action }) => {
      return action.do === 'send' && action.message.body.type === type ? [{ at, message: action.message }] : [];
    });
  }
}
