/** Ethernet frames to test with, made and read byte by byte (RFC 826). */

export function who(target: string, sender: { readonly mac: string; readonly ip: string }): Buffer {
  return arp('ff:ff:ff:ff:ff:ff', 1, sender, { mac: '00:00:00:00:00:00', ip: target });
}

/** Answers a request: `mac` has what it asked for. */
export function isAt(request: Buffer, mac: string): Buffer {
  const asker = macText(request.subarray(22, 28));
  const sender = { mac, ip: ipText(request.subarray(38, 42)) };
  return arp(asker, 2, sender, { mac: asker, ip: ipText(request.subarray(28, 32)) });
}

export interface ArpFacts {
  readonly operation: number;
  readonly sender: string;
  readonly target: string;
}

export function readArp(frame: Buffer): ArpFacts {
  return {
    operation: frame.readUInt16BE(20),
    sender: ipText(frame.subarray(28, 32)),
    target: ipText(frame.subarray(38, 42)),
  };
}

interface Party {
  readonly mac: string;
  readonly ip: string;
}

function arp(destination: string, operation: number, sender: Party, target: Party): Buffer {
  return Buffer.concat([
    macBytes(destination),
    macBytes(sender.mac),
    Buffer.of(0x08, 0x06, 0, 1, 0x08, 0, 6, 4, 0, operation),
    ...[sender, target].flatMap(({ mac, ip }) => [macBytes(mac), ipBytes(ip)]),
  ]);
}

function macBytes(text: string): Buffer {
  return Buffer.from(text.replaceAll(':', ''), 'hex');
}

function macText(bytes: Buffer): string {
  return bytes.toString('hex').replaceAll(/(..)(?!$)/g, '$1:');
}

function ipBytes(text: string): Buffer {
  return Buffer.from(text.split('.').map(Number));
}

function ipText(bytes: Buffer): string {
  return [...bytes].join('.');
}
