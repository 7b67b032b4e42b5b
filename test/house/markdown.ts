/** A link of a Markdown text to something in this repository. */
export interface Link {
  readonly line: number;
  /** As written: a path, an anchor or both. */
  readonly target: string;
}

/** The links of a Markdown text that lead into the repository. Fenced code and code spans have none. */
export function linksOf(text: string): readonly Link[] {
  return proseLines(text).flatMap(({ line, prose }) => {
    const bare = prose.replaceAll(/`[^`]*`/g, '');
    const inline = [...bare.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g)];
    const defined = [...bare.matchAll(/^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)/g)];
    return [...inline, ...defined]
      .map((match) => match[1] ?? '')
      .filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target))
      .map((target) => ({ line, target }));
  });
}

/** The anchors of a Markdown text as GitHub makes them from its headings. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const { prose } of proseLines(text)) {
    const heading = /^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$/.exec(prose)?.[1];
    if (heading === undefined) continue;
    const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = plain.replaceAll(/[^\p{L}\p{N}\p{M}\s_-]/gu, '').replaceAll(/\s/g, '-');
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count++) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** What a link leads to: a path from the root of the repository, and an anchor there or `''`. */
export function resolveLink(from: string, target: string): { readonly path: string; readonly anchor: string } {
  const url = new URL(target, `file:///${from}`);
  return { path: decodeURIComponent(url.pathname.slice(1)), anchor: decodeURIComponent(url.hash.slice(1)) };
}

function proseLines(text: string): readonly { readonly line: number; readonly prose: string }[] {
  let fence: string | undefined;
  return text.split('\n').flatMap((prose, index) => {
    const mark = /^\s*(```+|~~~+)/.exec(prose)?.[1];
    if (mark !== undefined && fence === undefined) fence = mark;
    else if (mark !== undefined && fence !== undefined && mark.startsWith(fence)) fence = undefined;
    else if (fence === undefined) return [{ line: index + 1, prose }];
    return [];
  });
}
