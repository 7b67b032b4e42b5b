import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';

/** The control socket of a BIRD, spoken with directly: to start `birdc` takes longer than what is measured. */
export class BirdControl {
  readonly #socket: Socket;
  readonly #waiting: ((reply: string) => void)[] = [];
  #received = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => this.#receive(chunk));
  }

  /** Connects, and waits for the greeting. Rejects where nobody listens. */
  static async connect(path: string): Promise<BirdControl> {
    const socket = createConnection(path);
    await once(socket, 'connect');
    const control = new BirdControl(socket);
    await new Promise((resolve) => control.#waiting.push(resolve));
    return control;
  }

  /** Sends a command and gives all lines of its reply. */
  ask(command: string): Promise<string> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#socket.write(`${command}\n`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  /** The last line of a reply has a blank behind its code, the others a hyphen or no code. */
  #receive(chunk: string): void {
    this.#received += chunk;
    for (let last = /^\d{4} .*\n/m.exec(this.#received); last !== null; last = /^\d{4} .*\n/m.exec(this.#received)) {
      const end = last.index + last[0].length;
      const reply = this.#received.slice(0, end);
      this.#received = this.#received.slice(end);
      this.#waiting.shift()?.(reply);
    }
  }
}
