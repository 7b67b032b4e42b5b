/** Appends numbers in network byte order. */
export class OctetWriter {
  readonly #octets: number[] = [];

  /** @param width in octets, 1 to 4 */
  number(value: number, width: 1 | 2 | 4): void {
    for (let shift = 8 * (width - 1); shift >= 0; shift -= 8) this.#octets.push((value >>> shift) & 0xff);
  }

  big(value: bigint, width: number): void {
    for (let index = width - 1; index >= 0; index--) this.#octets.push(Number((value >> BigInt(8 * index)) & 0xffn));
  }

  /** ASCII text behind its length, 255 at most. */
  text(text: string): void {
    this.number(text.length, 1);
    for (let index = 0; index < text.length; index++) this.#octets.push(text.charCodeAt(index) & 0x7f);
  }

  done(): Uint8Array {
    return Uint8Array.from(this.#octets);
  }
}

/** Reads what {@link OctetWriter} wrote. Behind the end there are zeros, and {@link isOver} says so. */
export class OctetReader {
  isOver = false;
  #at = 0;

  constructor(private readonly octets: Uint8Array) {}

  get isAtEnd(): boolean {
    return !this.isOver && this.#at === this.octets.length;
  }

  number(width: 1 | 2 | 4): number {
    let value = 0;
    for (let index = 0; index < width; index++) value = value * 256 + this.#next();
    return value;
  }

  big(width: number): bigint {
    let value = 0n;
    for (let index = 0; index < width; index++) value = (value << 8n) | BigInt(this.#next());
    return value;
  }

  text(): string {
    let text = '';
    for (let left = this.#next(); left > 0 && !this.isOver; left--) text += String.fromCharCode(this.#next());
    return text;
  }

  #next(): number {
    const octet = this.octets[this.#at];
    if (octet === undefined) {
      this.isOver = true;
      return 0;
    }
    this.#at++;
    return octet;
  }
}
