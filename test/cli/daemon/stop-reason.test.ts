import { describe, expect, it } from 'vitest';
import { stopReason } from '../../../src/cli/daemon/stop-reason.ts';

describe('stopReason', () => {
  it.each([
    ['SIGTERM', 'Restart'],
    ['SIGINT', 'Leave'],
    [undefined, 'Leave'],
  ])('takes %s for %s', (signal, reason) => {
    const stop = new AbortController();
    if (signal !== undefined) stop.abort(signal);
    expect(stopReason({ stopSignal: () => stop.signal })).toBe(reason);
  });
});
