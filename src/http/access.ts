/** What may be read here by whoever shows a token. */
export type AccessVerdict = 'Granted' | 'Unauthenticated' | 'Forbidden';

/**
 * Says whether the holder of a token may read a path.
 *
 * @throws whatever where that cannot be found out: nothing is shown then
 */
export type AccessCheck = (token: string, path: string) => Promise<AccessVerdict>;

/** The token of an `Authorization` header (RFC 6750 section 2.1); undefined where it has none. */
export function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer +([\w~+/.-]+=*) *$/i.exec(header ?? '')?.[1];
}
