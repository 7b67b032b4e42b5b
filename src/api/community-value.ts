import * as z from 'zod';

/** A BGP community as a number (RFC 1997) or as three (RFC 8092). */
export type CommunityValue =
  | { readonly type: 'standard'; readonly value: number }
  | { readonly type: 'large'; readonly value: readonly [number, number, number] };

const UINT16 = '(?:6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3}|0)';
const UINT32 =
  '(?:429496729[0-5]|42949672[0-8][0-9]|4294967[01][0-9]{2}|429496[0-6][0-9]{3}|42949[0-5][0-9]{4}|4294[0-8][0-9]{5}|429[0-3][0-9]{6}|42[0-8][0-9]{7}|4[01][0-9]{8}|[1-3][0-9]{9}|[1-9][0-9]{0,8}|0)';
const VALUE = `^(?:${UINT16}:${UINT16}|large:${UINT32}:${UINT32}:${UINT32})$`;
const NAME = '^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$';

const VALUE_PATTERN = new RegExp(VALUE);
const NAME_PATTERN = new RegExp(NAME);

const isValue = (text: string) => VALUE_PATTERN.test(text);
const isName = (text: string) => NAME_PATTERN.test(text);

const VALUE_MESSAGE =
  ' is no community: write two numbers up to 65535 such as 64500:120, or three up to 4294967295 such as large:64500:1:20';
const NAME_MESSAGE =
  ' is neither a community such as 64500:120 or large:64500:1:20 nor the name of one, of letters, digits, "-", "_" and "."';

const quoted = (message: string) => `strings.quote(self) + '${message}'`;

/** A community: `a:b` with 16 bits each (RFC 1997), or `large:a:b:c` with 32 bits each (RFC 8092). */
export const communityValue = z
  .string()
  .max(64, { abort: true })
  .superRefine((text, context) => {
    if (!isValue(text)) context.addIssue(`${JSON.stringify(text)}${VALUE_MESSAGE}`);
  })
  .meta({
    'x-kubernetes-validations': [{ rule: `self.matches('${VALUE}')`, messageExpression: quoted(VALUE_MESSAGE) }],
  });

/** A name for a community: letters, digits, dash, underscore and dot, so that it cannot be taken for a value. */
export const communityName = z.string().max(63).regex(NAME_PATTERN, {
  error: 'is no name for a community: use letters, digits, "-", "_" and ".", with a letter or digit at both ends',
});

/** A community, or the name of one. */
export const communityReference = z
  .string()
  .max(64, { abort: true })
  .superRefine((text, context) => {
    if (!isValue(text) && !isName(text)) context.addIssue(`${JSON.stringify(text)}${NAME_MESSAGE}`);
  })
  .meta({
    'x-kubernetes-validations': [
      { rule: `self.matches('${VALUE}') || self.matches('${NAME}')`, messageExpression: quoted(NAME_MESSAGE) },
    ],
  });

/** The value that the text is, or undefined where it is something else: the name of one. */
export function parseCommunity(text: string): CommunityValue | undefined {
  if (!isValue(text)) return undefined;
  const [a = 0, b = 0, c = 0] = text.replace('large:', '').split(':').map(Number);
  return text.startsWith('large:') ? { type: 'large', value: [a, b, c] } : { type: 'standard', value: a * 65_536 + b };
}
