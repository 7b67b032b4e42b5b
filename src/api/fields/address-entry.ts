import * as z from 'zod';
import { type Address, parseAddress } from '../../ip/address.ts';
import { parsePrefix } from '../../ip/prefix.ts';

// One entry of a pool's lists of addresses, checked here and, in the same words, by CEL in the API server. What CEL
// cannot compare (the order of an IPv6 range, overlap) is left to the allocator.
const BARE = ' is a bare address: write ';
const SHAPE = ' is neither a CIDR such as 192.0.2.0/24 nor a range such as 192.0.2.10-192.0.2.20';
const RESERVED_SHAPE = SHAPE.replace('neither a CIDR', 'neither an address, a CIDR');
const FAMILIES = ' mixes IPv4 and IPv6: both ends of a range must be of one family';
const ORDER = ' ends before it begins: swap the two addresses';

/** A CEL rule on one value, as a CustomResourceDefinition holds it (`x-kubernetes-validations`). */
interface Validation {
  readonly rule: string;
  readonly messageExpression: string;
}

const RANGE = "self.split('-').size() == 2 && self.split('-').all(end, isIP(end.trim()))";
const FAMILY = (end: 0 | 1) => `ip(self.split('-')[${end}].trim()).family()`;
const OCTETS = (end: 0 | 1) => `self.split('-')[${end}].trim().split('.')`;
// Written out octet by octet: a comprehension over the octets is estimated at 20 times what a server allows a rule to cost.
const VALUE = (octets: string) =>
  `int(${octets}[0]) * 16777216 + int(${octets}[1]) * 65536 + int(${octets}[2]) * 256 + int(${octets}[3])`;
const IN_ORDER = `[[${OCTETS(0)}, ${OCTETS(1)}]].all(ends, ${VALUE('ends[0]')} <= ${VALUE('ends[1]')})`;

const quoted = (message: string) => `strings.quote(self) + '${message}'`;

const shapeRule = (message: string): Validation => ({
  rule: `isIP(self) || isCIDR(self) || (${RANGE})`,
  messageExpression: quoted(message),
});
const bareRule: Validation = {
  rule: '!isIP(self)',
  messageExpression: `${quoted(BARE)} + self + (ip(self).family() == 4 ? '/32' : '/128')`,
};
const rangeRules: readonly Validation[] = [
  {
    rule: `!(${RANGE}) || ${FAMILY(0)} == ${FAMILY(1)}`,
    messageExpression: quoted(FAMILIES),
  },
  {
    rule: `!(${RANGE}) || ${FAMILY(0)} != 4 || ${FAMILY(1)} != 4 || ${IN_ORDER}`,
    messageExpression: quoted(ORDER),
  },
];

const entryText = z.string().max(80, { abort: true });

/** A CIDR, or a range `first-last` (spaces around the dash are allowed). */
export const addressEntry = entryText
  .superRefine((text, context) => {
    const address = read(text, parseAddress);
    if (address) context.addIssue(`${JSON.stringify(text)}${BARE}${text}/${address.family === 'IPv4' ? 32 : 128}`);
    else checkBlock(text, context, SHAPE);
  })
  .meta({ 'x-kubernetes-validations': [shapeRule(SHAPE), bareRule, ...rangeRules] });

/** An address, a CIDR, or a range `first-last`. */
export const reservedEntry = entryText
  .superRefine((text, context) => {
    if (!read(text, parseAddress)) checkBlock(text, context, RESERVED_SHAPE);
  })
  .meta({ 'x-kubernetes-validations': [shapeRule(RESERVED_SHAPE), ...rangeRules] });

/** Checks what is not a single address. */
function checkBlock(text: string, context: z.RefinementCtx, shape: string): void {
  if (!text.includes('-')) {
    if (!read(text, parsePrefix)) context.addIssue(`${JSON.stringify(text)}${shape}`);
    return;
  }
  const ends = text.split('-').map((end) => read(end.trim(), parseAddress));
  const [first, last] = ends;
  if (ends.length !== 2 || !first || !last) context.addIssue(`${JSON.stringify(text)}${shape}`);
  else if (first.family !== last.family) context.addIssue(`${JSON.stringify(text)}${FAMILIES}`);
  else if (isReversedIPv4(first, last)) context.addIssue(`${JSON.stringify(text)}${ORDER}`);
}

function isReversedIPv4(first: Address, last: Address): boolean {
  return first.family === 'IPv4' && last.family === 'IPv4' && last.value < first.value;
}

function read<T>(text: string, parse: (text: string) => T): T | undefined {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
