import { describe, expect, it } from 'vitest';
import type { Message } from '../../../src/speaker/ownership/message.ts';
import { encodeMessage, MOST_MESSAGE_OCTETS } from '../../../src/speaker/ownership/message-codec.ts';
import { Outbox } from '../../../src/speaker/ownership/outbox.ts';

function flush(outbox: Outbox, now = 0): { to: readonly string[]; message: Message }[] {
  const sent: { to: readonly string[]; message: Message }[] = [];
  outbox.flush(['n2', 'n3'], now, (to, message) => sent.push({ to, message }));
  return sent;
}

describe('Outbox', () => {
  it('counts one for each change and tells all', () => {
    const outbox = new Outbox('n1', 9);
    outbox.claim('192.0.2.1', { role: 'Owner' }, [], 0);
    outbox.claim('192.0.2.2', { role: 'Owner' }, [], 0);
    expect(flush(outbox)).toMatchObject([{ to: ['n2', 'n3'], message: { from: 'n1', boot: 9, version: 2 } }]);
    expect(flush(outbox)).toEqual([]);
  });

  it.each([
    ['the same claim', { role: 'Owner' as const }, 0],
    ['another role', { role: 'Held' as const }, 1],
    ['none', null, 1],
  ])('tells of %s only if it is new', (_, claim, messages) => {
    const outbox = new Outbox('n1', 1);
    outbox.claim('192.0.2.1', { role: 'Owner' }, [], 0);
    flush(outbox);
    outbox.claim('192.0.2.1', claim, [], 0);
    expect(flush(outbox)).toHaveLength(messages);
  });

  it('sends all claims as they are after the changes of the same step, since they bear their number', () => {
    const outbox = new Outbox('n1', 1);
    outbox.claim('192.0.2.1', { role: 'Owner' }, [], 0);
    outbox.sendClaims('n2');
    outbox.claim('192.0.2.1', null, [], 0);
    outbox.claim('192.0.2.2', { role: 'Owner' }, [{ id: 7, at: 50 }], 60);
    const claims = [{ address: '192.0.2.2', claim: { role: 'Owner' }, age: 40, moves: [{ id: 7, age: 50 }] }];
    expect(flush(outbox, 100).at(-1)).toEqual({
      to: ['n2'],
      message: { from: 'n1', boot: 1, version: 3, body: { type: 'Claims', page: 0, pages: 1, claims } },
    });
  });

  it('keeps each message below the size of a frame, however many claims and however long the names', () => {
    const name = `n${'x'.repeat(252)}`;
    const outbox = new Outbox(name, 0xffff_ffff);
    const moves = [0, 1, 2, 3].map((at) => ({ id: at, at }));
    for (let index = 1; index <= 200; index++) {
      const claim = index % 3 === 0 ? { role: 'Caretaker' as const, of: name } : { role: 'Owner' as const };
      outbox.claim(`2001:db8::${index.toString(16)}`, claim, moves, 0);
    }
    outbox.sendClaims('n2');
    const keys = { secrets: [Uint8Array.of(1)], segment: 's' };
    const sent = flush(outbox, 1_000);
    for (const { message } of sent)
      expect(encodeMessage(message, keys).length).toBeLessThanOrEqual(MOST_MESSAGE_OCTETS);
    const told = sent.flatMap(({ message: { body } }) => (body.type === 'Claims' ? body.claims : []));
    expect(told).toHaveLength(200);
  });
});
