import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Files of a stage that the last one takes over. */
export interface StageCopy {
  readonly stage: string;
  readonly source: string;
  readonly target: string;
}

/** The last stage of a Dockerfile, as far as it says what is in an image and how it is started. */
export interface LastStage {
  readonly base: string;
  readonly copies: readonly StageCopy[];
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string;
  readonly entrypoint: readonly string[];
}

/** Reads the last stage. @throws Error on an instruction in it whose effect on the files is not known here */
export function lastStage(text: string): LastStage {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const begin = lines.findLastIndex((line) => line.startsWith('FROM '));
  const [from = '', ...instructions] = lines.slice(begin);
  const copies: StageCopy[] = [];
  const environment: Record<string, string> = {};
  let user = '0';
  let entrypoint: readonly string[] = [];
  for (const line of instructions) {
    const [instruction, ...words] = line.split(/\s+/);
    const copied = /^COPY --from=(\S+) (\S+) (\S+)$/.exec(line);
    if (copied !== null) {
      const [, stage = '', source = '', target = ''] = copied;
      copies.push({ stage, source, target });
    } else if (instruction === 'ENV' && words.length === 1) {
      const [name = '', ...value] = words[0]?.split('=') ?? [];
      environment[name] = value.join('=');
    } else if (instruction === 'USER') user = words.join(' ');
    else if (instruction === 'ENTRYPOINT') entrypoint = JSON.parse(words.join(' ')) as readonly string[];
    else throw new Error(`Dockerfile: what does "${line}" put into the image?`);
  }
  return { base: from.replace(/^FROM /, ''), copies, environment, user, entrypoint };
}

/** What an `ARG` is by default. @throws Error where there is none of this name */
export function argument(text: string, name: string): string {
  const value = new RegExp(`^ARG ${name}=(\\S+)$`, 'm').exec(text)?.[1];
  if (value === undefined) throw new Error(`Dockerfile: no ARG ${name} with a value`);
  return value;
}

/** That of this project, or of the copy of it that is in a folder. */
export function ownLastStage(source = ROOT): LastStage {
  return lastStage(textIn(source));
}

/** One of this project. */
export function ownArgument(name: string): string {
  return argument(textIn(ROOT), name);
}

function textIn(source: string): string {
  return readFileSync(join(source, 'Dockerfile'), 'utf8');
}
