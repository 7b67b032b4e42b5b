import { describe, expect, it } from 'vitest';
import { Inquiry } from '../../../src/speaker/ownership/inquiry.ts';
import { DEFAULT_TIMING } from '../../../src/speaker/ownership/timing.ts';

/** Ticks on time until there is a verdict. Returns it, when it came and how often was asked. */
function conclude(inquiry: Inquiry, speaks = false): { verdict: string; at: number; asked: number } {
  for (let asked = 0; ; ) {
    const at = inquiry.dueAt;
    const step = inquiry.tick(at, speaks);
    if (step === 'ask') asked++;
    else if (step !== 'wait') return { verdict: step, at, asked };
  }
}

describe('Inquiry', () => {
  it('asks three times 20 ms apart and gives up 40 ms after the last', () => {
    expect(conclude(new Inquiry(DEFAULT_TIMING, 1_000))).toEqual({ verdict: 'Gone', at: 1_080, asked: 3 });
  });

  it('does not believe a kernel before all is asked: its speaker may be slower', () => {
    const inquiry = new Inquiry(DEFAULT_TIMING, 0);
    inquiry.answered('Kernel');
    expect(conclude(inquiry)).toEqual({ verdict: 'Forwards', at: 80, asked: 3 });
  });

  it.each([
    ['its speaker answers', ['Speaker'], false],
    ['its kernel answers and messages of it come', ['Kernel'], true],
  ] as const)('is over at once when %s', (_, answers, speaks) => {
    const inquiry = new Inquiry(DEFAULT_TIMING, 0);
    expect(inquiry.tick(0, speaks)).toBe('ask');
    for (const by of answers) inquiry.answered(by);
    expect(inquiry.tick(1, speaks)).toBe('Speaks');
  });

  it('is not satisfied by messages alone: they may come from one that does not hear', () => {
    expect(conclude(new Inquiry(DEFAULT_TIMING, 0), true).verdict).toBe('Gone');
  });

  it('looks into the socket once more when it comes late to its end', () => {
    const inquiry = new Inquiry(DEFAULT_TIMING, 0);
    for (const at of [0, 20, 40]) expect(inquiry.tick(at, false)).toBe('ask');
    expect(inquiry.tick(250, false)).toBe('wait');
    inquiry.answered('Speaker');
    expect(inquiry.tick(251, false)).toBe('Speaks');
  });

  it('looks into it once only, however late it comes again', () => {
    const inquiry = new Inquiry(DEFAULT_TIMING, 0);
    for (const at of [0, 20, 40]) expect(inquiry.tick(at, false)).toBe('ask');
    expect(inquiry.tick(250, false)).toBe('wait');
    expect(inquiry.tick(289, false)).toBe('wait');
    expect(inquiry.tick(500, false)).toBe('Gone');
  });
});
