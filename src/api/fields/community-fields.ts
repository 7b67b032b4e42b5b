import * as z from 'zod';
import { COMMUNITY_NAME, COMMUNITY_VALUE, isCommunityValue } from './community-value.ts';

const NAME_PATTERN = new RegExp(COMMUNITY_NAME);

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
    if (!isCommunityValue(text)) context.addIssue(`${JSON.stringify(text)}${VALUE_MESSAGE}`);
  })
  .meta({
    'x-kubernetes-validations': [
      { rule: `self.matches('${COMMUNITY_VALUE}')`, messageExpression: quoted(VALUE_MESSAGE) },
    ],
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
    if (!isCommunityValue(text) && !NAME_PATTERN.test(text)) context.addIssue(`${JSON.stringify(text)}${NAME_MESSAGE}`);
  })
  .meta({
    'x-kubernetes-validations': [
      {
        rule: `self.matches('${COMMUNITY_VALUE}') || self.matches('${COMMUNITY_NAME}')`,
        messageExpression: quoted(NAME_MESSAGE),
      },
    ],
  });
