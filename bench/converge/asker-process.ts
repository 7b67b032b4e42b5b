import { createSocket } from 'node:dgram';
import { createInterface } from 'node:readline';
import { formatIPv4, parseAddress } from '../../src/ip/address.ts';
import { ARP_FILTER } from '../../src/os/bpf.ts';
import { watchInterfaces } from '../../src/os/interfaces.ts';
import { openPacketSocket } from '../../src/os/packet-socket.ts';
import { BROADCAST_MAC, parseMac, ZERO_MAC } from '../../src/speaker/arp/mac-address.ts';
import { decodeArp, encodeArp } from '../../src/speaker/arp/message.ts';

/**
 * A process of its own, on the client's machine. For each address on a line of its standard input it asks who has that
 * every five milliseconds, and once a speaker has answered sends to its UDP port until there is an echo. Prints `arp ADDRESS TIME` and
 * `echo ADDRESS TIME`, with the times of `process.hrtime`, which all processes of a machine share, in milliseconds.
 */
const PORT = Number(process.argv[2]);
const INTERVAL = 5;
/** So long a socket waits for an echo. */
const PATIENCE = 1_000;

const interfaces = await watchInterfaces(() => {});
const own = interfaces.current().find(({ name }) => name === 'eth0');
interfaces.stop();
if (own === undefined) throw new Error('bench: this machine has no eth0');
const mac = parseMac(own.mac);
const ownAddress = numberOf((own.addresses.find((address) => !address.includes(':')) ?? '').replace(/\/.*/, ''));

const answered = new Set<string>();
const socket = openPacketSocket({
  interfaceIndex: own.index,
  filter: ARP_FILTER,
  onFrame: (frame) => {
    const decoded = decodeArp(frame);
    if (!decoded.ok || decoded.message.operation !== 'Reply') return;
    tell('arp', formatIPv4(decoded.message.senderAddress));
  },
  onError: (error) => {
    throw error;
  },
});
for await (const address of createInterface({ input: process.stdin })) ask(address);
process.exit();

function ask(address: string): void {
  const request = encodeArp({
    destination: BROADCAST_MAC,
    source: mac,
    operation: 'Request',
    senderMac: mac,
    senderAddress: ownAddress,
    targetMac: ZERO_MAC,
    targetAddress: numberOf(address),
  });
  const timer = setInterval(() => {
    if (!answered.has(`arp ${address}`)) socket.send(request);
    else if (!answered.has(`echo ${address}`)) sendTo(address);
    else clearInterval(timer);
  }, INTERVAL);
}

/** From a port of its own: a flow that began before kube-proxy had its rules stays without NAT. */
function sendTo(address: string): void {
  const sender = createSocket('udp4');
  sender.on('message', () => tell('echo', address));
  sender.on('error', () => {});
  sender.send('?', PORT, address);
  setTimeout(() => sender.close(), PATIENCE);
}

function tell(what: string, address: string): void {
  const fact = `${what} ${address}`;
  if (answered.has(fact)) return;
  answered.add(fact);
  console.log(`${fact} ${Number(process.hrtime.bigint()) / 1e6}`);
}

function numberOf(address: string): number {
  return Number(parseAddress(address).value);
}
