import { ARP_FILTER } from '../../../../src/os/bpf.ts';
import { openPacketSocket } from '../../../../src/os/packet-socket.ts';
import { SystemError } from '../../../../src/os/system-error.ts';

/** open-packet-socket INDEX: opens and closes one, and writes how that failed. */
try {
  const interfaceIndex = Number(process.argv[2]);
  openPacketSocket({ interfaceIndex, filter: ARP_FILTER, onFrame: () => {}, onError: () => {} }).close();
} catch (error) {
  if (!(error instanceof SystemError)) throw error;
  process.stdout.write(`${error.code} ${error.message}\n`);
}
