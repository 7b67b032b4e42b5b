import { type AsPathSegment, encodeAsPath, needsAs4Path } from './as-path.ts';
import { OctetWriter } from './octet-writer.ts';
import {
  ATTRIBUTE,
  FLAG,
  OPTIONAL_NON_TRANSITIVE,
  OPTIONAL_TRANSITIVE,
  ORIGINS,
  type PathAttribute,
  WELL_KNOWN,
} from './path-attribute.ts';

/** Writes one attribute; an AS_PATH that two octets cannot hold is followed by its AS4_PATH (RFC 6793, 4.2.2). */
export function encodeAttribute(writer: OctetWriter, attribute: PathAttribute, fourOctetAs: boolean): void {
  switch (attribute.name) {
    case 'ORIGIN':
      write(writer, WELL_KNOWN, ATTRIBUTE.ORIGIN, (value) => value.uint8(ORIGINS.indexOf(attribute.origin)));
      break;
    case 'AS_PATH':
      writePath(writer, attribute.segments, fourOctetAs);
      break;
    case 'NEXT_HOP':
      write(writer, WELL_KNOWN, ATTRIBUTE.NEXT_HOP, (value) => value.uint32(attribute.address));
      break;
    case 'MULTI_EXIT_DISC':
      write(writer, OPTIONAL_NON_TRANSITIVE, ATTRIBUTE.MULTI_EXIT_DISC, (value) => value.uint32(attribute.metric));
      break;
    case 'LOCAL_PREF':
      write(writer, WELL_KNOWN, ATTRIBUTE.LOCAL_PREF, (value) => value.uint32(attribute.preference));
      break;
    case 'COMMUNITIES':
      write(writer, OPTIONAL_TRANSITIVE, ATTRIBUTE.COMMUNITIES, (value) => {
        for (const community of attribute.communities) value.uint32(community);
      });
      break;
    case 'LARGE_COMMUNITY':
      write(writer, OPTIONAL_TRANSITIVE, ATTRIBUTE.LARGE_COMMUNITY, (value) => {
        for (const part of attribute.communities.flat()) value.uint32(part);
      });
      break;
    case 'MP_REACH_NLRI':
      write(writer, OPTIONAL_NON_TRANSITIVE, ATTRIBUTE.MP_REACH_NLRI, (value) => {
        value.uint16(attribute.afi);
        value.uint8(attribute.safi);
        value.uint8(attribute.nextHop.byteLength);
        value.octets(attribute.nextHop);
        value.uint8(0);
        value.octets(attribute.nlri);
      });
      break;
    case 'MP_UNREACH_NLRI':
      write(writer, OPTIONAL_NON_TRANSITIVE, ATTRIBUTE.MP_UNREACH_NLRI, (value) => {
        value.uint16(attribute.afi);
        value.uint8(attribute.safi);
        value.octets(attribute.nlri);
      });
      break;
    case 'raw':
      write(writer, attribute.flags, attribute.code, (value) => value.octets(attribute.value));
      break;
  }
}

/** Attributes in the order given; RFC 4271 section 5 wants ascending type codes, RFC 7606 section 5.1 NLRI first. */
export function encodeAttributes(attributes: readonly PathAttribute[], fourOctetAs: boolean): Uint8Array {
  const writer = new OctetWriter(64);
  for (const attribute of attributes) encodeAttribute(writer, attribute, fourOctetAs);
  return writer.finish();
}

function writePath(writer: OctetWriter, segments: readonly AsPathSegment[], fourOctetAs: boolean): void {
  write(writer, WELL_KNOWN, ATTRIBUTE.AS_PATH, (value) => encodeAsPath(value, segments, fourOctetAs ? 4 : 2));
  if (fourOctetAs || !needsAs4Path(segments)) return;
  const plain = segments.filter(({ type }) => type === 'AS_SEQUENCE' || type === 'AS_SET');
  write(writer, OPTIONAL_TRANSITIVE, ATTRIBUTE.AS4_PATH, (value) => encodeAsPath(value, plain, 4));
}

function write(writer: OctetWriter, flags: number, code: number, encodeValue: (value: OctetWriter) => void): void {
  const value = new OctetWriter(32);
  encodeValue(value);
  const extended = value.length > 255;
  writer.uint8(extended ? flags | FLAG.extendedLength : flags & ~FLAG.extendedLength);
  writer.uint8(code);
  if (extended) writer.uint16(value.length);
  else writer.uint8(value.length);
  writer.octets(value.finish());
}
