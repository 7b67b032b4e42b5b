import { Agent, request } from 'node:https';
import type { KeyPair } from './certificates.ts';

/** What the API server answered. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

export type ApiMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Speaks to an API server as one user, over kept connections. For what the tests arrange; Berth has its own. */
export class ApiClient {
  readonly #agent: Agent;

  constructor(
    readonly url: string,
    authority: string,
    user: KeyPair,
  ) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: 16, ca: authority, cert: user.certificate, key: user.key });
  }

  /** Sends one request. Rejects where no whole answer comes. A PATCH is a JSON merge patch. */
  async try(method: ApiMethod, path: string, body?: unknown): Promise<ApiAnswer> {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const headers = body === undefined ? {} : { 'Content-Type': type };
    return await new Promise<ApiAnswer>((resolve, reject) => {
      const outgoing = request(new URL(path, this.url), { method, agent: this.#agent, headers }, (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (chunk: string) => (text += chunk));
        incoming.on('error', reject);
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body: parse(text) }));
      });
      outgoing.on('error', reject);
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** The same, for an answer that must be a success; `T` is what the path is known to give. */
  async call<T = unknown>(method: ApiMethod, path: string, body?: unknown): Promise<T> {
    const answer = await this.try(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${message(answer.body)}`);
    return answer.body as T;
  }

  close(): void {
    this.#agent.destroy();
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function message(body: unknown): string {
  if (typeof body === 'object' && body !== null && 'message' in body) return String(body.message);
  return String(body);
}
