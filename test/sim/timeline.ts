/** What happened in a run, in words. */
export class Timeline {
  readonly lines: string[] = [];

  constructor(private readonly isKept: boolean) {}

  log(now: number, node: string, text: () => string): void {
    if (this.isKept) this.lines.push(`${now.toFixed(1).padStart(9)} ${node.padEnd(5)} ${text()}`);
  }
}
