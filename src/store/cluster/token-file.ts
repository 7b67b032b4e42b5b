import { readFile, stat } from 'node:fs/promises';

/** How long a token is used before its file is looked at again, in milliseconds. */
const LOOK_AGAIN = 10_000;

/** A bearer token in a file that others replace: a ServiceAccount's lives an hour, the kubelet renews it at 80 %. */
export class TokenFile {
  readonly #path: string;
  readonly #now: () => number;
  #token: Promise<string> | undefined;
  #sign = '';
  #lookedAt = Number.NEGATIVE_INFINITY;

  /** @param now monotonic, in milliseconds */
  constructor(path: string, now: () => number = () => performance.now()) {
    this.#path = path;
    this.#now = now;
  }

  /** The token. While the file cannot be read, the last one that could. @throws Error where there never was one */
  async read(): Promise<string> {
    const now = this.#now();
    if (this.#token === undefined || now - this.#lookedAt >= LOOK_AGAIN) {
      this.#lookedAt = now;
      const last = this.#token;
      const next = this.#look(last).catch((error: unknown) => {
        this.#sign = '';
        this.#lookedAt = Number.NEGATIVE_INFINITY;
        if (last === undefined) throw error;
        return last;
      });
      this.#token = next;
      next.catch(() => {
        if (this.#token === next) this.#token = undefined;
      });
    }
    return this.#token;
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
    const token = (await readFile(this.#path, 'utf8')).trim();
    if (token === '') throw new Error(`${this.#path}: holds no token: is the ServiceAccount token mounted?`);
    this.#sign = sign;
    return token;
  }
}
