import { Document, isMap, isPair, isSeq, visit } from 'yaml';

/** A comment, and the path to the key or the entry that it stands before. */
export type Remark = readonly [path: readonly (string | number)[], comment: string];

/** The label that everything of an installation has. */
export const LABELS = { 'app.kubernetes.io/name': 'berth' };

const WIDTH = 110;

/** A document of a manifest. @throws TypeError where a remark is on something that is not there */
export function made(object: object, remarks: readonly Remark[] = []): Document {
  const document = new Document(object, { aliasDuplicateObjects: false });
  for (const [path, comment] of remarks) {
    const [last] = path.slice(-1);
    const parent = path.length > 1 ? document.getIn(path.slice(0, -1)) : document.contents;
    const lines = wrapped(comment);
    if (isSeq(parent) && typeof last === 'number') {
      const item = parent.items[last];
      if (typeof item !== 'object' || item === null || isPair(item)) throw missing(path);
      Object.assign(item, { commentBefore: lines });
      continue;
    }
    const pair = isMap(parent) ? parent.items.find(({ key }) => String(key) === last) : undefined;
    if (pair === undefined) throw missing(path);
    const key = document.createNode(pair.key);
    key.commentBefore = lines;
    pair.key = key;
  }
  return document;
}

/** Documents as one text. Lists of texts that are short stand in one line. */
export function printed(documents: readonly Document[]): string {
  return documents
    .map((document) => {
      visit(document, {
        Pair(_, { key, value }) {
          if (isSeq(value) && SHORT_LISTS.has(String(key))) value.flow = true;
        },
      });
      return document.toString({ lineWidth: 0, flowCollectionPadding: false });
    })
    .join('---\n');
}

const SHORT_LISTS: ReadonlySet<string> = new Set(['drop', 'policyTypes']);

function wrapped(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line.length + word.length + 1 > WIDTH) lines.push(` ${word}`);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines.join('\n');
}

function missing(path: readonly (string | number)[]): TypeError {
  return new TypeError(`nothing to remark on at ${path.join('.')}`);
}
