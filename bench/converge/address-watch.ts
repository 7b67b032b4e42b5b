import { Agent, request } from 'node:https';

/** How long a wait lasts at most, in milliseconds. */
const PATIENCE = 300_000;

/** How to reach the API server as an administrator. */
export interface Administrator {
  readonly url: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Follows which Services of a namespace have an address, and since when, by a watch of its own that parses next to nothing. */
export class AddressWatch {
  /** By name, when an address was first seen, in the milliseconds of `performance.now`. */
  readonly seen = new Map<string, number>();
  readonly #agent: Agent;
  #isReached = () => false;
  #reached = () => {};

  constructor({ url, ...tls }: Administrator, namespace: string) {
    this.#agent = new Agent({ keepAlive: true, ...tls });
    const path = `/api/v1/namespaces/${namespace}/services?watch=true&timeoutSeconds=86400`;
    const outgoing = request(new URL(path, url), { agent: this.#agent }, (response) => {
      let rest = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        const now = performance.now();
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) this.#take(line, now);
        if (this.#isReached()) this.#reached();
      });
      response.on('error', () => {});
    });
    outgoing.on('error', () => {});
    outgoing.end();
  }

  /** Resolves with the time when so many Services have an address. Rejects after five minutes. */
  async count(wanted: number): Promise<number> {
    if (this.seen.size !== wanted) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve, reject) => {
        this.#isReached = () => this.seen.size === wanted;
        this.#reached = resolve;
        const late = () => reject(new Error(`bench: ${this.seen.size} of ${wanted} Services have an address`));
        timer = setTimeout(late, PATIENCE);
      });
      clearTimeout(timer);
      this.#isReached = () => false;
    }
    let last = 0;
    for (const at of this.seen.values()) last = Math.max(last, at);
    return last;
  }

  close(): void {
    this.#agent.destroy();
  }

  #take(line: string, now: number): void {
    const name = /"metadata":\{"name":"([^"]+)"/.exec(line)?.[1];
    if (name === undefined) return;
    const holds = !line.startsWith('{"type":"DELETED"') && line.includes('"ingress":[{');
    if (!holds) this.seen.delete(name);
    else if (!this.seen.has(name)) this.seen.set(name, now);
  }
}
