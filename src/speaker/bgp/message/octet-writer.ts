/** Most of what grows at all is a table, which fills the largest buffer: few steps there, and little to throw away. */
const GROWTH = 8;

/** Writes integers in network byte order into a buffer that grows as needed. */
export class OctetWriter {
  #octets: Uint8Array;
  #view: DataView;
  #length = 0;

  /** @param size octets to make room for at first */
  constructor(size = 256) {
    this.#octets = new Uint8Array(size);
    this.#view = new DataView(this.#octets.buffer);
  }

  /** Octets written so far. */
  get length(): number {
    return this.#length;
  }

  /** Appends the low 8 bits of the value. */
  uint8(value: number): void {
    this.#reserve(1);
    this.#octets[this.#length] = value;
    this.#length += 1;
  }

  /** Appends the low 16 bits of the value. */
  uint16(value: number): void {
    this.#reserve(2);
    this.#view.setUint16(this.#length, value);
    this.#length += 2;
  }

  /** Appends the low 32 bits of the value. */
  uint32(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#length, value);
    this.#length += 4;
  }

  /** Appends the low 64 bits of the value. */
  uint64(value: bigint): void {
    this.#reserve(8);
    this.#view.setBigUint64(this.#length, value);
    this.#length += 8;
  }

  /** Appends the octets as they are. */
  octets(octets: Uint8Array): void {
    this.#reserve(octets.byteLength);
    this.#octets.set(octets, this.#length);
    this.#length += octets.byteLength;
  }

  /** Takes back the last octets. */
  drop(count: number): void {
    this.#length -= count;
  }

  /** Writes over two octets that were written before: a length that was not known then. */
  overwriteUint16(offset: number, value: number): void {
    this.#view.setUint16(offset, value);
  }

  /** All that was written. The octets belong to the caller: the writer is done. */
  finish(): Uint8Array {
    return this.#octets.subarray(0, this.#length);
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#octets.byteLength) return;
    const larger = new Uint8Array(Math.max(needed, this.#octets.byteLength * GROWTH));
    larger.set(this.#octets);
    this.#octets = larger;
    this.#view = new DataView(larger.buffer);
  }
}
