/** A BGP community as a number (RFC 1997) or as three (RFC 8092). */
export type CommunityValue =
  | { readonly type: 'standard'; readonly value: number }
  | { readonly type: 'large'; readonly value: readonly [number, number, number] };

const UINT16 = '(?:6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3}|0)';
const UINT32 =
  '(?:429496729[0-5]|42949672[0-8][0-9]|4294967[01][0-9]{2}|429496[0-6][0-9]{3}|42949[0-5][0-9]{4}|4294[0-8][0-9]{5}|429[0-3][0-9]{6}|42[0-8][0-9]{7}|4[01][0-9]{8}|[1-3][0-9]{9}|[1-9][0-9]{0,8}|0)';
/** The texts of communities, as a regular expression for whole texts. */
export const COMMUNITY_VALUE = `^(?:${UINT16}:${UINT16}|large:${UINT32}:${UINT32}:${UINT32})$`;
/** The texts of names of communities. */
export const COMMUNITY_NAME = '^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$';

const VALUE_PATTERN = new RegExp(COMMUNITY_VALUE);

/** Whether a text is a community, and not the name of one. */
export const isCommunityValue = (text: string) => VALUE_PATTERN.test(text);

/** The value that the text is, or undefined where it is something else: the name of one. */
export function parseCommunity(text: string): CommunityValue | undefined {
  if (!isCommunityValue(text)) return undefined;
  const [a = 0, b = 0, c = 0] = text.replace('large:', '').split(':').map(Number);
  return text.startsWith('large:') ? { type: 'large', value: [a, b, c] } : { type: 'standard', value: a * 65_536 + b };
}
