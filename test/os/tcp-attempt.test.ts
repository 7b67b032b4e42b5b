import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { attemptTcp } from '../../src/os/tcp-attempt.ts';

describe('attemptTcp', () => {
  it('succeeds where somebody listens, says what is refused where nobody does, and keeps nothing open', async () => {
    let open = 0;
    const server = createServer((socket) => {
      open += 1;
      socket.on('error', () => {});
      socket.on('close', () => {
        open -= 1;
      });
      socket.resume();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await attemptTcp('127.0.0.1', port, 5000)).toBeUndefined();
    await vi.waitFor(() => expect(open).toBe(0));
    await new Promise((resolve) => server.close(resolve));
    expect(await attemptTcp('127.0.0.1', port, 5000)).toContain('ECONNREFUSED');
  });

  it('gives up after the time', async () => {
    expect(await attemptTcp('192.0.2.1', 9, 20)).toMatch(
      /no answer within 20 ms|ENETUNREACH|EHOSTUNREACH|ECONNREFUSED/,
    );
  });
});
