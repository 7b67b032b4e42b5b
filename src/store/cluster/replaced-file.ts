import { readFile, stat } from 'node:fs/promises';

/** How long a text is used before its file is looked at again, in milliseconds. */
const LOOK_AGAIN = 10_000;

/**
 * A text in a file that others replace, such as a bearer token (a ServiceAccount's lives an hour, the kubelet renews it at
 * 80 %) or the certificates of an authority.
 */
export class ReplacedFile {
  readonly #path: string;
  readonly #now: () => number;
  #text: Promise<string> | undefined;
  #sign = '';
  #lookedAt = Number.NEGATIVE_INFINITY;

  /** @param now monotonic, in milliseconds */
  constructor(path: string, now: () => number = () => performance.now()) {
    this.#path = path;
    this.#now = now;
  }

  /** The text, without blanks around it. While the file cannot be read, the last one that could. @throws Error where there never was one */
  async read(): Promise<string> {
    const now = this.#now();
    if (this.#text === undefined || now - this.#lookedAt >= LOOK_AGAIN) {
      this.#lookedAt = now;
      const last = this.#text;
      const next = this.#look(last).catch((error: unknown) => {
        this.#sign = '';
        this.#lookedAt = Number.NEGATIVE_INFINITY;
        if (last === undefined) throw error;
        return last;
      });
      this.#text = next;
      next.catch(() => {
        if (this.#text === next) this.#text = undefined;
      });
    }
    return this.#text;
  }

  /** Looks at the file at the next call, whatever the time. */
  refresh(): void {
    this.#sign = '';
    this.#lookedAt = Number.NEGATIVE_INFINITY;
  }

  async #look(last: Promise<string> | undefined): Promise<string> {
    const { mtimeNs, ino, size } = await stat(this.#path, { bigint: true });
    const sign = `${ino} ${mtimeNs} ${size}`;
    if (sign === this.#sign && last !== undefined) return last;
    const text = (await readFile(this.#path, 'utf8')).trim();
    if (text === '') throw new Error(`${this.#path}: is empty: is the ServiceAccount mounted?`);
    this.#sign = sign;
    return text;
  }
}
