import type { Argument, Command, Option } from 'commander';

/** What may stand where the cursor is. */
export type Expected =
  | { readonly what: 'words'; readonly words: readonly Candidate[] }
  | { readonly what: 'files' }
  /** The argument of this command at this place, after these. */
  | { readonly what: 'argument'; readonly command: string; readonly before: readonly string[] };

/** One thing to offer. */
export interface Candidate {
  readonly word: string;
  readonly about?: string;
}

/** Options whose value is the name of a file or folder. */
const OF_FILES = ['--filename', '--dir', '--state-dir', '--kubeconfig', '--message-key-file'];

/** What a command line asks for next. @param words those after the program's name; the last one is being typed */
export function expected(program: Command, words: readonly string[]): Expected {
  const typed = words.at(-1) ?? '';
  let command = program;
  let waiting: Option | undefined;
  const before: string[] = [];
  for (const word of words.slice(0, -1)) {
    if (waiting !== undefined) {
      waiting = undefined;
      continue;
    }
    const option = optionOf(command, word);
    if (option !== undefined) {
      waiting = takesValue(option) && !word.includes('=') ? option : undefined;
      continue;
    }
    const next = command.commands.find((each) => each.name() === word);
    if (next !== undefined && before.length === 0) command = next;
    else before.push(word);
  }
  if (waiting !== undefined) return expectedValue(waiting);
  if (typed.startsWith('-')) return { what: 'words', words: flagsOf(command) };
  if (command.commands.length > 0) {
    const words = visible(command).map((each) => ({ word: each.name(), about: each.summary() }));
    return { what: 'words', words };
  }
  const [argument] = command.registeredArguments.slice(before.length, before.length + 1);
  const choices = (argument as Argument | undefined)?.argChoices;
  if (choices !== undefined) return { what: 'words', words: choices.map((word) => ({ word })) };
  return { what: 'argument', command: command.name(), before };
}

/** The value that an option has on a command line; undefined for none. */
export function optionValue(words: readonly string[], ...flags: readonly string[]): string | undefined {
  const at = words.findIndex((word) => flags.includes(word));
  if (at >= 0) return words[at + 1];
  const joined = words.find((word) => flags.some((flag) => flag.startsWith('--') && word.startsWith(`${flag}=`)));
  return joined?.slice(joined.indexOf('=') + 1);
}

function optionOf(command: Command, word: string): Option | undefined {
  if (!word.startsWith('-')) return undefined;
  const flag = word.split('=')[0];
  return command.options.find(({ short, long }) => flag === short || flag === long);
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}

function expectedValue(option: Option): Expected {
  if (option.argChoices !== undefined) return { what: 'words', words: option.argChoices.map((word) => ({ word })) };
  return OF_FILES.includes(option.long ?? '') ? { what: 'files' } : { what: 'words', words: [] };
}

function flagsOf(command: Command): readonly Candidate[] {
  const own = command.options
    .filter(({ hidden }) => !hidden)
    .map(({ long, short, description }) => {
      return { word: long ?? short ?? '', about: description };
    });
  return [...own, { word: '--help', about: 'display help for command' }];
}

function visible(command: Command): readonly Command[] {
  return command.createHelp().visibleCommands(command);
}
