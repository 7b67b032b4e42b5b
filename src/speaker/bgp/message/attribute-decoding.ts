import type { AttributeFault, Treatment } from './attribute-fault.ts';
import { ATTRIBUTE_RULES } from './attribute-rules.ts';
import { UPDATE_ERROR } from './error-codes.ts';
import { NO_OCTETS, uint8At, uint16At } from './octets.ts';
import { ATTRIBUTE, FLAG, type PathAttribute } from './path-attribute.ts';
import type { UpdateContext } from './update.ts';

/** The attributes that stand, and what is wrong with the others. */
export interface DecodedAttributes {
  readonly attributes: readonly PathAttribute[];
  readonly faults: readonly AttributeFault[];
  /** Type codes that occurred, well-formed or not. */
  readonly present: ReadonlySet<number>;
}

/** One attribute as it lies in the message. */
interface Located {
  readonly flags: number;
  readonly code: number;
  readonly value: Uint8Array;
  /** Type, length and value: the data of a NOTIFICATION (RFC 4271 section 6.3). */
  readonly whole: Uint8Array;
}

/** Reads the Path Attributes field of an UPDATE, each attribute by its rule (RFC 7606 sections 3 to 7). */
export function decodeAttributes(field: Uint8Array, context: UpdateContext): DecodedAttributes {
  const attributes: PathAttribute[] = [];
  const faults: AttributeFault[] = [];
  const present = new Set<number>();
  let offset = 0;
  while (offset < field.byteLength) {
    const located = attributeAt(field, offset);
    if ('treatment' in located) {
      faults.push(located);
      break;
    }
    offset += located.whole.byteLength;
    const decoded = present.has(located.code) ? repeated(located) : decodeOne(located, context);
    present.add(located.code);
    if ('treatment' in decoded) faults.push(decoded);
    else attributes.push(decoded);
  }
  return { attributes, faults, present };
}

/** RFC 7606 section 4: lengths that overrun the field cost the routes, or the session where they hide NLRI. */
function attributeAt(field: Uint8Array, offset: number): Located | AttributeFault {
  const left = field.byteLength - offset;
  const flags = uint8At(field, offset);
  const code = left > 1 ? uint8At(field, offset + 1) : undefined;
  const header = (flags & FLAG.extendedLength) === 0 ? 3 : 4;
  const overrun: AttributeFault = {
    code,
    treatment: code !== undefined && isMultiprotocol(code) ? 'SessionReset' : 'TreatAsWithdraw',
    subcode: UPDATE_ERROR.malformedAttributeList,
    data: NO_OCTETS,
  };
  if (code === undefined || left < header) return overrun;
  const length = header === 3 ? uint8At(field, offset + 2) : uint16At(field, offset + 2);
  if (left < header + length) return overrun;
  const whole = field.subarray(offset, offset + header + length);
  return { flags, code, value: whole.subarray(header), whole };
}

/** RFC 7606 section 3 g: the first one counts, but two fields of NLRI cannot be told apart. */
function repeated({ code }: Located): AttributeFault {
  const treatment = isMultiprotocol(code) ? 'SessionReset' : 'AttributeDiscard';
  return { code, treatment, subcode: UPDATE_ERROR.malformedAttributeList, data: NO_OCTETS };
}

function decodeOne(located: Located, context: UpdateContext): PathAttribute | AttributeFault {
  const { flags, code, value } = located;
  const rule = ATTRIBUTE_RULES[code];
  if (rule === undefined) return unknown(located);
  if (rule.unwanted?.(context)) return fault(located, 'AttributeDiscard', UPDATE_ERROR.malformedAttributeList);
  const kind = flags & (FLAG.optional | FLAG.transitive);
  if (kind !== rule.flags) return fault(located, rule.malformed, subcodeOf(code, UPDATE_ERROR.attributeFlagsError));
  if (!rule.fits(value.byteLength, context))
    return fault(located, rule.malformed, subcodeOf(code, UPDATE_ERROR.attributeLengthError));
  if (rule.decode === undefined) return raw(located);
  return (
    rule.decode(value, context) ?? fault(located, rule.malformed, rule.subcode ?? UPDATE_ERROR.optionalAttributeError)
  );
}

/** RFC 4271 section 6.3: whoever calls an attribute well-known that we do not know is misunderstood. */
function unknown(located: Located): PathAttribute | AttributeFault {
  if ((located.flags & FLAG.optional) !== 0) return raw(located);
  return fault(located, 'SessionReset', UPDATE_ERROR.unrecognizedWellKnownAttribute);
}

function raw({ flags, code, value }: Located): PathAttribute {
  return { name: 'raw', flags: flags & ~FLAG.extendedLength, code, value: value.slice() };
}

function fault({ code, whole }: Located, treatment: Treatment, subcode: number): AttributeFault {
  return { code, treatment, subcode, data: whole.slice() };
}

/** RFC 4760 section 7 has one subcode for whatever is incorrect about the multiprotocol attributes. */
function subcodeOf(code: number, subcode: number): number {
  return isMultiprotocol(code) ? UPDATE_ERROR.optionalAttributeError : subcode;
}

function isMultiprotocol(code: number): boolean {
  return code === ATTRIBUTE.MP_REACH_NLRI || code === ATTRIBUTE.MP_UNREACH_NLRI;
}
