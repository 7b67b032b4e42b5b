/** The part of a session that says which families it carries; both absent where its speaker does not tell. */
interface Families {
  readonly families?: readonly string[] | null | undefined;
  readonly notCarried?: readonly { readonly family: string; readonly reason: string }[] | undefined;
}

/** Which families a session carries, and why not the others: `IPv4, not IPv6 (NoNextHop)`. */
export function familiesText({ families, notCarried = [] }: Families): string | undefined {
  if (families === undefined || families === null) return undefined;
  return [...families, ...notCarried.map(({ family, reason }) => `not ${family} (${reason})`)].join(', ');
}
