import { familyOf } from './address-family.ts';
import { decodeAttributes } from './attribute-decoding.ts';
import { type AttributeFault, strongestFault, updateError } from './attribute-fault.ts';
import { UPDATE_ERROR } from './error-codes.ts';
import { countNlri } from './nlri.ts';
import type { NotificationMessage } from './notification.ts';
import { NO_OCTETS, uint16At } from './octets.ts';
import { ATTRIBUTE } from './path-attribute.ts';
import type { UpdateContext, UpdateMessage } from './update.ts';

/** What one UPDATE led to. */
export type DecodedUpdate =
  | {
      readonly ok: true;
      readonly message: UpdateMessage;
      /** The routes that it announces are to be taken as withdrawn (RFC 7606 section 2). */
      readonly treatAsWithdraw: boolean;
      /** What is wrong with it, for the log (RFC 7606 section 6). */
      readonly faults: readonly AttributeFault[];
    }
  | { readonly ok: false; readonly notification: NotificationMessage };

/** Reads what follows the header: at least 4 octets, as the header check made sure. */
export function decodeUpdate(body: Uint8Array, context: UpdateContext): DecodedUpdate {
  const withdrawnLength = uint16At(body, 0);
  if (withdrawnLength + 4 > body.byteLength) return reset(UPDATE_ERROR.malformedAttributeList);
  const attributesStart = withdrawnLength + 4;
  const attributesEnd = attributesStart + uint16At(body, withdrawnLength + 2);
  if (attributesEnd > body.byteLength) return reset(UPDATE_ERROR.malformedAttributeList);

  const withdrawn = body.slice(2, 2 + withdrawnLength);
  const nlri = body.slice(attributesEnd);
  const decoded = decodeAttributes(body.subarray(attributesStart, attributesEnd), context);
  const announces = nlri.byteLength > 0 || decoded.present.has(ATTRIBUTE.MP_REACH_NLRI);
  const missing = announces ? missingAttribute(decoded.present, nlri.byteLength > 0) : undefined;
  const faults = missing === undefined ? decoded.faults : [...decoded.faults, missing];

  const strongest = strongestFault(faults);
  if (strongest?.treatment === 'SessionReset') return { ok: false, notification: updateError(strongest) };
  const fields = [withdrawn, nlri];
  if (fields.some((field) => countNlri(field, 'IPv4') === undefined)) return reset(UPDATE_ERROR.invalidNetworkField);
  const treatAsWithdraw = strongest?.treatment === 'TreatAsWithdraw';
  // RFC 7606 section 5.2: without NLRI nobody knows which routes were meant.
  if (treatAsWithdraw && !announces && strongest !== undefined) {
    return { ok: false, notification: updateError(strongest) };
  }
  const message: UpdateMessage = { type: 'UPDATE', withdrawn, attributes: decoded.attributes, nlri };
  return { ok: true, message, treatAsWithdraw, faults };
}

function reset(subcode: number): DecodedUpdate {
  return { ok: false, notification: updateError({ subcode, data: NO_OCTETS }) };
}

/** RFC 7606 section 3 d: routes without a mandatory attribute are withdrawn. */
function missingAttribute(present: ReadonlySet<number>, hasNlri: boolean): AttributeFault | undefined {
  const mandatory = [ATTRIBUTE.ORIGIN, ATTRIBUTE.AS_PATH, ...(hasNlri ? [ATTRIBUTE.NEXT_HOP] : [])];
  const code = mandatory.find((each) => !present.has(each));
  if (code === undefined) return undefined;
  const data = new Uint8Array([code]);
  return { code, treatment: 'TreatAsWithdraw', subcode: UPDATE_ERROR.missingWellKnownAttribute, data };
}

/** How many routes of the negotiated families an UPDATE announces and withdraws. */
export interface RouteCount {
  readonly announced: number;
  readonly withdrawn: number;
}

/** Counts the routes of an UPDATE that {@link decodeUpdate} accepted with the same context. */
export function countRoutes(
  { message, treatAsWithdraw }: { readonly message: UpdateMessage; readonly treatAsWithdraw: boolean },
  { families }: UpdateContext,
): RouteCount {
  let announced = countNlri(message.nlri, 'IPv4') ?? 0;
  let withdrawn = countNlri(message.withdrawn, 'IPv4') ?? 0;
  for (const attribute of message.attributes) {
    if (attribute.name !== 'MP_REACH_NLRI' && attribute.name !== 'MP_UNREACH_NLRI') continue;
    const family = familyOf(attribute);
    if (family === undefined || !families.includes(family)) continue;
    const count = countNlri(attribute.nlri, family) ?? 0;
    if (attribute.name === 'MP_REACH_NLRI') announced += count;
    else withdrawn += count;
  }
  return treatAsWithdraw ? { announced: 0, withdrawn: announced + withdrawn } : { announced, withdrawn };
}
