const NEWLINE = 0x0a;

/** Longer than any object that etcd takes (1.5 MB), however it is escaped. */
const LONGEST = 16 * 1024 * 1024;

/** Puts together the lines of a stream that arrives in pieces, each a JSON value. */
export class MessageLines {
  #pieces: Buffer[] = [];
  #length = 0;

  /**
   * The values that a further piece completes.
   *
   * @throws SyntaxError where a line is no JSON. @throws RangeError where it does not end.
   */
  *take(piece: Buffer): Generator<unknown> {
    let start = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, start)) {
      const line = this.#complete(piece.subarray(start, end));
      start = end + 1;
      if (line !== '') yield JSON.parse(line);
    }
    if (start === piece.length) return;
    this.#pieces.push(piece.subarray(start));
    this.#length += piece.length - start;
    if (this.#length > LONGEST) throw new RangeError(`a line of more than ${LONGEST} bytes`);
  }

  #complete(last: Buffer): string {
    if (this.#pieces.length === 0) return last.toString('utf8').trim();
    const line = Buffer.concat([...this.#pieces, last])
      .toString('utf8')
      .trim();
    this.#pieces = [];
    this.#length = 0;
    return line;
  }
}
