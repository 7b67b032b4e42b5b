const BOLD = '1';
const DIM = '2';
const GREEN = '32';

/** Tells what happens, on standard output: coloured on a terminal, plain elsewhere. */
export class Narrator {
  readonly #colours = process.stdout.isTTY === true && !process.env.NO_COLOR;
  readonly #start = performance.now();
  #scenes = 0;

  /** Opens a scene, and says when, counted from the start. */
  scene(title: string): void {
    this.#scenes++;
    this.#write(
      `\n${this.#paint(BOLD, `${this.#scenes}. ${title}`)} ${this.#paint(DIM, `(at ${this.#seconds()} s)`)}\n`,
    );
  }

  /** What the reader should know. */
  say(text: string): void {
    this.#write(`${text}\n`);
  }

  /** A command as it is typed, on which machine (`''` for the one that holds the folder), and what it wrote. */
  command(machine: string, command: readonly string[] | string, output: string): void {
    const typed = typeof command === 'string' ? command : command.map(quote).join(' ');
    this.#write(`\n    ${this.#paint(BOLD, `${machine}$ ${typed}`)}\n`);
    this.lines(output);
  }

  /** Text that a program wrote, as it wrote it. */
  lines(text: string): void {
    const body = text.trimEnd();
    if (body !== '') this.#write(`${body.replaceAll(/^/gm, '    ')}\n`);
  }

  /** Something that was asserted and turned out true. */
  fact(text: string): void {
    this.#write(`\n ${this.#paint(GREEN, '✓')} ${text}\n`);
  }

  /** The end, with the time it took. */
  close(text: string): void {
    this.#write(`\n${text} ${this.#paint(DIM, `(${this.#seconds()} s)`)}\n`);
  }

  #seconds(): string {
    return ((performance.now() - this.#start) / 1000).toFixed(0);
  }

  #paint(code: string, text: string): string {
    return this.#colours ? `\u001b[${code}m${text}\u001b[0m` : text;
  }

  #write(text: string): void {
    process.stdout.write(text);
  }
}

/** As it would have to be typed in a shell. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
