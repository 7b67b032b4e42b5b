import { connect } from 'node:net';

/**
 * Connects once and hangs up. Resolves to undefined where that succeeds within the time, in milliseconds, and else to
 * why it does not, such as `connect ECONNREFUSED 127.0.0.1:6443`.
 */
export function attemptTcp(host: string, port: number, timeout: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (failure: string | undefined) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(failure);
    };
    const timer = setTimeout(() => end(`no answer within ${timeout} ms`), timeout);
    socket.on('connect', () => end(undefined));
    socket.on('error', (error) => end(error.message));
  });
}
