import { readdirSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { native } from '../../../../src/os/native.ts';

/**
 * churn-sockets COUNT: opens, watches and closes that many sockets. Writes how many descriptors were open before and
 * after, and by how many MiB the process grew in the second half. UDP sockets, since a packet socket takes milliseconds
 * to close: the kernel waits until no CPU uses it any more.
 */
const [AF_INET, SOCK_DGRAM] = [2, 2];
const measure = () => ({ descriptors: readdirSync('/proc/self/fd').length, bytes: process.memoryUsage().rss });

const { socket, poll } = native();
const count = Number(process.argv[2]);
const before = measure();
let middle = before;
for (let number = 0; number < count; number++) {
  const stop = poll(socket(AF_INET, SOCK_DGRAM, 0), () => {});
  stop();
  if (number % 100 === 0) await setImmediate();
  if (number === Math.floor(count / 2)) middle = measure();
}
await setImmediate();
globalThis.gc?.();
const after = measure();
const grown = Math.round((after.bytes - middle.bytes) / 2 ** 20);
process.stdout.write(`${JSON.stringify({ before: before.descriptors, after: after.descriptors, grown })}\n`);
