import { connect, type Socket } from 'node:net';

/** What one flow of probes and one TCP connection to an address have seen. */
export interface FlowReport {
  readonly address: string;
  /** How many probes were sent. */
  readonly sent: number;
  /** How many of them nobody answered. */
  readonly lost: number;
  /** From the first of the longest row of lost probes to the next one that was answered, or to the last one, ms. */
  readonly lostTime: number;
  /** How many probes each node answered, by its number. */
  readonly answeredBy: Readonly<Record<string, number>>;
  /** Why the TCP connection, established at the beginning, is broken; null while it stands. */
  readonly broken: string | null;
  /** The longest time between two probes that were sent, ms: how true the rest is. */
  readonly slack: number;
}

/** Milliseconds between two octets over a TCP connection, and without an answer until it counts as broken. */
const TCP_INTERVAL = 20;
const TCP_PATIENCE = 300;

/** Probes to one address, by their numbers, and when they were sent. */
export class Flow {
  readonly #sentAt: number[] = [];
  /** The number of the node that answered each, 0 for none. */
  readonly #answers: number[] = [];
  readonly #connection: Socket;
  readonly #timer: NodeJS.Timeout;
  #broken: string | null = 'never established';
  #unanswered = 0;

  constructor(
    readonly address: string,
    port: number,
  ) {
    this.#connection = connect(port, address);
    this.#connection.setNoDelay(true);
    this.#connection.on('connect', () => (this.#broken = null));
    this.#connection.on('data', () => (this.#unanswered = 0));
    this.#connection.on('error', (error) => (this.#broken = error.message));
    this.#connection.on('close', () => (this.#broken ??= 'closed'));
    this.#timer = setInterval(() => this.#write(), TCP_INTERVAL);
  }

  /** Notes a probe, and gives its number. */
  sent(now: number): number {
    this.#answers.push(0);
    return this.#sentAt.push(now) - 1;
  }

  answered(number: number, node: number): void {
    if (number < this.#answers.length) this.#answers[number] = node;
  }

  /** Whether the last probes but those under way, `under` ms old or less, were all answered, for as long. */
  isAnswered(now: number, under: number): boolean {
    let seen = 0;
    for (let number = this.#sentAt.length - 1; number >= 0; number--) {
      const age = now - (this.#sentAt[number] ?? 0);
      if (age > 2 * under) return seen > 0;
      if (age <= under) continue;
      if (this.#answers[number] === 0) return false;
      seen++;
    }
    return false;
  }

  end(): FlowReport {
    clearInterval(this.#timer);
    const stalled = this.#unanswered * TCP_INTERVAL > TCP_PATIENCE ? 'unanswered' : null;
    const broken = this.#broken ?? stalled;
    this.#connection.destroy();
    const answeredBy: Record<string, number> = {};
    for (const node of this.#answers) if (node !== 0) answeredBy[node] = (answeredBy[node] ?? 0) + 1;
    return {
      address: this.address,
      sent: this.#answers.length,
      lost: this.#answers.filter((node) => node === 0).length,
      lostTime: this.#lostTime(),
      answeredBy,
      broken,
      slack: this.#slack(),
    };
  }

  #write(): void {
    if (this.#broken !== null) return;
    this.#unanswered++;
    this.#connection.write('.');
  }

  #lostTime(): number {
    let longest = 0;
    let since: number | undefined;
    for (const [number, node] of this.#answers.entries()) {
      const at = this.#sentAt[number] ?? 0;
      if (node === 0) since ??= at;
      else if (since !== undefined) {
        longest = Math.max(longest, at - since);
        since = undefined;
      }
    }
    return since === undefined ? longest : Math.max(longest, (this.#sentAt.at(-1) ?? since) - since);
  }

  #slack(): number {
    let longest = 0;
    for (let number = 1; number < this.#sentAt.length; number++) {
      longest = Math.max(longest, (this.#sentAt[number] ?? 0) - (this.#sentAt[number - 1] ?? 0));
    }
    return longest;
  }
}
