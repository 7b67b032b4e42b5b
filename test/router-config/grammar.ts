/** What a vendor documents of its command line: in each mode, the commands, and the modes that they open. */
export interface Grammar {
  /** The documentation that the commands were taken from. */
  readonly source: string;
  readonly modes: Readonly<Record<string, readonly Command[]>>;
}

/** A command as documentation writes it: words, `NAME`s of the table below, and `[what may be missing]`. */
type Command = string | { readonly command: string; readonly opens: string } | { readonly closes: string };

const ARGUMENTS: Readonly<Record<string, string>> = {
  N: '\\d+',
  AS: '\\d+',
  NAME: '[A-Za-z0-9._-]+',
  WORD: '[!-~]+',
  LINE: '.+',
  IPV4: '(?:\\d+\\.){3}\\d+',
  PREFIX4: '(?:\\d+\\.){3}\\d+/\\d+',
  PREFIX6: '[0-9a-f:]+/\\d+',
  PREFIX: '[0-9a-f:.]+/\\d+',
  NEIGHBOR: '(?:[0-9a-f.:]+|[A-Z0-9.-]+)',
  ADDRESS: '[0-9a-f]*[.:][0-9a-f.:]+',
  RANGE: '/\\d+-/\\d+',
  COMMUNITY: '\\d+:\\d+',
};

function pattern(command: string): RegExp {
  const words = command
    .replace(/ ?\[(.+?)\]/g, (_, inner: string) => ` [${inner.replaceAll(' ', '_')}]`)
    .split(' ')
    .map((word) => {
      if (!word.startsWith('[')) return ` ${wordPattern(word)}`;
      const inner = word.slice(1, -1).split('_').map(wordPattern).join(' ');
      return `(?: ${inner})?`;
    });
  return new RegExp(`^${words.join('').trimStart()}$`);
}

function wordPattern(word: string): string {
  return ARGUMENTS[word] ?? word.replace(/[.*+?^${}()[\]\\]/g, '\\$&').replace(/^(.*\|.*)$/, '(?:$1)');
}

/** The lines that the grammar does not have, each with its mode. */
export function ungrammatical({ modes }: Grammar, text: string): readonly string[] {
  const stack = ['global'];
  const faults: string[] = [];
  for (const line of text.trimEnd().split('\n')) {
    const words = line.trim();
    if (words.startsWith('!') || words.startsWith('#')) continue;
    if (!line.startsWith(' ')) stack.length = 1;
    const found = find(modes, stack, words);
    if (found === undefined) faults.push(`${stack.at(-1)}: ${line}`);
    else if (typeof found === 'object' && 'opens' in found) stack.push(found.opens);
    else if (typeof found === 'object') stack.pop();
  }
  return faults;
}

/** A command of the innermost mode, or of one around it, which that leads back to. */
function find(modes: Grammar['modes'], stack: string[], words: string): Command | undefined {
  for (let depth = stack.length; depth > 0; depth--) {
    const commands = modes[stack[depth - 1] ?? ''] ?? [];
    const found = commands.find((each) => {
      const command = typeof each === 'string' ? each : 'closes' in each ? each.closes : each.command;
      return pattern(command).test(words);
    });
    if (found !== undefined) {
      stack.length = depth;
      return found;
    }
  }
  return undefined;
}
