import * as z from 'zod';
import type { Kind } from '../../api/kind.ts';
import type { KubernetesObject } from '../../api/object.ts';
import { mustParse } from '../../api/schema/define-kind.ts';
import type { Logger } from '../../log/logger.ts';
import { NextLifeFile } from './next-life-file.ts';
import { rememberedForm } from './remembered-form.ts';

/** Raised when what is written changes its meaning: a file of another version is not read. */
const VERSION = 1;

const schema = z.object({
  version: z.literal(VERSION),
  node: z.string(),
  kinds: z.record(z.string(), z.array(z.unknown())),
});

/** The objects of some kinds, by the name of the kind. A kind that is absent is one that nothing is known of. */
export type ObjectsByKind = ReadonlyMap<string, readonly KubernetesObject[]>;

/** What a speaker last knew of the store, in a file of this machine, for a life that starts without it. */
export class ObjectsFile {
  readonly #file: NextLifeFile;
  readonly #node: string;
  /** An object that has not changed is not written out again. */
  readonly #texts = new WeakMap<KubernetesObject, string>();

  constructor(directory: string, node: string, logger: Logger) {
    this.#node = node;
    this.#file = new NextLifeFile(`${directory}/objects-${node}.json`, 'what this node knew of the store', logger);
  }

  /** What the last life wrote of these kinds: nothing of any where the file is not whole, not ours, or holds something else. */
  read(kinds: readonly Kind<KubernetesObject>[]): ObjectsByKind {
    const read = this.#file.read((text) => this.#parse(text, kinds));
    return read ?? new Map();
  }

  /** Writes soon; of several the last. @param objects called then */
  write(objects: () => ObjectsByKind): void {
    this.#file.write(() => {
      const kinds = [...objects()].map(([kind, list]) => {
        const texts = list.map((object) => this.#textOf(object)).filter((text) => text !== '');
        return `${JSON.stringify(kind)}:[${texts.join(',\n')}]`;
      });
      return `{"version":${VERSION},"node":${JSON.stringify(this.#node)},"kinds":{${kinds.join(',\n')}}}\n`;
    });
  }

  /** Whether two states of an object are written alike: many change all the time in what nothing is decided with. */
  isAlike(before: KubernetesObject, after: KubernetesObject): boolean {
    return this.#textOf(before) === this.#textOf(after);
  }

  /** Resolves when all is written. */
  async settled(): Promise<void> {
    await this.#file.settled();
  }

  #parse(text: string, kinds: readonly Kind<KubernetesObject>[]): ObjectsByKind {
    const content = schema.parse(JSON.parse(text));
    if (content.node !== this.#node) throw new Error(`it is of node ${content.node}`);
    const known = kinds.flatMap((kind) => {
      const objects = content.kinds[kind.kind];
      return objects === undefined ? [] : [[kind.kind, objects.map((each) => mustParse(kind, each))] as const];
    });
    return new Map(known);
  }

  #textOf(object: KubernetesObject): string {
    const known = this.#texts.get(object);
    if (known !== undefined) return known;
    const form = rememberedForm(object);
    const text = form === undefined ? '' : JSON.stringify(form);
    this.#texts.set(object, text);
    return text;
  }
}
