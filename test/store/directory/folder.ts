import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { type KubernetesObject, keyOf, keyText } from '../../../src/api/object.ts';
import type { LogFields, Logger } from '../../../src/log/logger.ts';
import type { DirectoryStore } from '../../../src/store/directory/directory-store.ts';
import { type DirectoryStoreOptions, openDirectoryStore } from '../../../src/store/directory/open-directory-store.ts';

/** Keeps what is logged, as `warn: message`. */
export class LogLines implements Logger {
  readonly lines: string[] = [];
  error(message: string, _fields?: LogFields): void {
    this.lines.push(`error: ${message}`);
  }
  warn(message: string, _fields?: LogFields): void {
    this.lines.push(`warn: ${message}`);
  }
  info(message: string, _fields?: LogFields): void {
    this.lines.push(`info: ${message}`);
  }
  debug(): void {}
  with(): Logger {
    return this;
  }
}

/** Times of the stores under test, so that nobody waits for seconds. */
export const TIMES = { quietMillis: 10, confirmMillis: 80, pollMillis: 10_000 };

/** A fresh folder and the stores that are open on it. */
export class TestFolder {
  readonly log = new LogLines();
  readonly #stores: DirectoryStore[] = [];

  private constructor(readonly path: string) {}

  static async make(): Promise<TestFolder> {
    return new TestFolder(await mkdtemp(join(tmpdir(), 'berth-store-')));
  }

  file(name: string): string {
    return join(this.path, name);
  }

  async write(name: string, content: string | KubernetesObject | readonly KubernetesObject[]): Promise<void> {
    await mkdir(dirname(this.file(name)), { recursive: true });
    await writeFile(this.file(name), textOf(content));
  }

  /** As most editors save: write beside, then rename over. */
  async replace(name: string, content: string | KubernetesObject): Promise<void> {
    await writeFile(this.file(`${name}~`), textOf(content));
    await rename(this.file(`${name}~`), this.file(name));
  }

  async remove(name: string): Promise<void> {
    await rm(this.file(name), { recursive: true });
  }

  async open(options: Partial<DirectoryStoreOptions> = {}): Promise<DirectoryStore> {
    const store = await openDirectoryStore({ directory: this.path, logger: this.log, ...TIMES, ...options });
    this.#stores.push(store);
    return store;
  }

  async clean(): Promise<void> {
    await Promise.all(this.#stores.map((store) => store.close()));
    await rm(this.path, { recursive: true, force: true });
  }
}

function textOf(content: string | KubernetesObject | readonly KubernetesObject[]): string {
  if (typeof content === 'string') return content;
  const objects = 'kind' in content ? [content] : content;
  return objects.map((object) => `---\n${stringify(object)}`).join('');
}

/** The file in which a test keeps an object. */
export function fileOf(object: KubernetesObject): string {
  return `${object.kind.toLowerCase()}-${keyText(keyOf(object)).replace('/', '-')}.yaml`;
}
