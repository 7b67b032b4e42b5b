import { Agent, request } from 'node:https';

/** How long a wait goes on in which nothing comes nearer to what is waited for, in milliseconds. */
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
  #isClosed = false;

  constructor({ url, ...tls }: Administrator, namespace: string) {
    this.#agent = new Agent({ keepAlive: true, ...tls });
    const query = 'watch=true&timeoutSeconds=86400&sendInitialEvents=true&resourceVersionMatch=NotOlderThan';
    const path = `/api/v1/namespaces/${namespace}/services?${query}&allowWatchBookmarks=true`;
    this.#open(new URL(path, url));
  }

  /**
   * Resolves with the time when so many Services have an address. Rejects after five minutes without one more or one less:
   * a busy machine takes longer than that for 10,000.
   */
  async count(wanted: number): Promise<number> {
    if (this.seen.size !== wanted) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve, reject) => {
        const late = () => reject(new Error(`bench: ${this.seen.size} of ${wanted} Services have an address`));
        timer = setTimeout(late, PATIENCE);
        let former = this.seen.size;
        this.#isReached = () => {
          if (this.seen.size !== former) timer?.refresh();
          former = this.seen.size;
          return former === wanted;
        };
        this.#reached = resolve;
      });
      clearTimeout(timer);
      this.#isReached = () => false;
    }
    let last = 0;
    for (const at of this.seen.values()) last = Math.max(last, at);
    return last;
  }

  close(): void {
    this.#isClosed = true;
    this.#agent.destroy();
  }

  /** Again and again: an API server gives up watchers that a busy machine keeps from reading. */
  #open(url: URL): void {
    const unconfirmed = new Set(this.seen.keys());
    const outgoing = request(url, { agent: this.#agent }, (response) => {
      let rest = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        const now = performance.now();
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          this.#take(line, now, unconfirmed);
          if (!line.includes('k8s.io/initial-events-end')) continue;
          for (const name of unconfirmed) this.seen.delete(name);
        }
        if (this.#isReached()) this.#reached();
      });
      response.on('error', () => {});
    });
    outgoing.on('error', () => {});
    outgoing.on('close', () => {
      if (!this.#isClosed) setTimeout(() => this.#open(url), 100);
    });
    outgoing.end();
  }

  #take(line: string, now: number, unconfirmed: Set<string>): void {
    const name = /"metadata":\{"name":"([^"]+)"/.exec(line)?.[1];
    if (name === undefined) return;
    unconfirmed.delete(name);
    const holds = !line.startsWith('{"type":"DELETED"') && line.includes('"ingress":[{');
    if (!holds) this.seen.delete(name);
    else if (!this.seen.has(name)) this.seen.set(name, now);
  }
}
