import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';

/** A daemon of FRR, spoken with as `vtysh` does: the start of that would take longer than what is measured. */
export class Vty {
  readonly #socket: Socket;
  readonly #waiting: ((reply: string) => void)[] = [];
  #received = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
  }

  static async connect(path: string): Promise<Vty> {
    const socket = createConnection(path);
    await once(socket, 'connect');
    const vty = new Vty(socket);
    await vty.ask('enable');
    return vty;
  }

  /** Sends a command and gives what it prints. */
  ask(command: string): Promise<string> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#socket.write(`${command}\0`);
    });
  }

  /** A reply ends with three zeros and the status of the command. */
  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (let end = this.#received.indexOf('\0\0\0'); end >= 0 && end + 4 <= this.#received.length; ) {
      const reply = this.#received.subarray(0, end).toString();
      this.#received = this.#received.subarray(end + 4);
      this.#waiting.shift()?.(reply);
      end = this.#received.indexOf('\0\0\0');
    }
  }
}
