import { parsePrefix } from '../../src/ip/prefix.ts';
import { encodeAttributes } from '../../src/speaker/bgp/message/attribute-encoding.ts';
import { encodeNlri } from '../../src/speaker/bgp/message/nlri.ts';
import { OctetWriter } from '../../src/speaker/bgp/message/octet-writer.ts';

/** TABLE_DUMP_V2 and its subtypes (RFC 6396 section 4.3). */
const TABLE_DUMP_V2 = 13;
const PEER_INDEX_TABLE = 1;
const RIB_IPV4_UNICAST = 2;

/** A dump of a routing table (RFC 6396) with these prefixes, all learned from one peer. */
export function mrtDump(prefixes: readonly string[], { address, as }: { address: number; as: number }): Uint8Array {
  const writer = new OctetWriter(1 << 16);
  const peers = new OctetWriter();
  peers.uint32(address);
  peers.uint16(0);
  peers.uint16(1);
  peers.uint8(2); // an IPv4 address and a 4-octet AS number
  peers.uint32(address);
  peers.uint32(address);
  peers.uint32(as);
  record(writer, PEER_INDEX_TABLE, peers.finish());
  const attributes = encodeAttributes(
    [
      { name: 'ORIGIN', origin: 'IGP' },
      { name: 'AS_PATH', segments: [] },
      { name: 'NEXT_HOP', address },
    ],
    true,
  );
  for (const [index, prefix] of prefixes.entries()) {
    const entry = new OctetWriter();
    entry.uint32(index);
    encodeNlri(entry, parsePrefix(prefix));
    entry.uint16(1);
    entry.uint16(0);
    entry.uint32(0);
    entry.uint16(attributes.byteLength);
    entry.octets(attributes);
    record(writer, RIB_IPV4_UNICAST, entry.finish());
  }
  return writer.finish();
}

function record(writer: OctetWriter, subtype: number, message: Uint8Array): void {
  writer.uint32(0);
  writer.uint16(TABLE_DUMP_V2);
  writer.uint16(subtype);
  writer.uint32(message.byteLength);
  writer.octets(message);
}
