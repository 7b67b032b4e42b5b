import { Agent, request } from 'node:https';
import type { KeyPair } from './certificates.ts';

/** What the API server answered. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** What is to be known of an object that is applied. */
export interface AppliedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly namespace?: string; readonly name: string };
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

  /** Sends one request. Rejects where no whole answer comes. A PATCH is a JSON merge patch where no other type is given. */
  async try(
    method: ApiMethod,
    path: string,
    body?: unknown,
    patch = 'application/merge-patch+json',
  ): Promise<ApiAnswer> {
    const type = method === 'PATCH' ? patch : 'application/json';
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
    return succeeded(method, path, await this.try(method, path, body)) as T;
  }

  /** `kubectl apply --server-side` of an object whose kind has a regular plural, at a tenth of its processor time. */
  async apply(object: AppliedObject): Promise<void> {
    const { apiVersion, kind, metadata } = object;
    const inNamespace = metadata.namespace === undefined ? '' : `namespaces/${metadata.namespace}/`;
    const group = `${apiVersion.includes('/') ? '/apis' : '/api'}/${apiVersion}`;
    const path = `${group}/${inNamespace}${kind.toLowerCase()}s/${metadata.name}`;
    const query = '?fieldManager=kubectl&fieldValidation=Strict';
    succeeded('PATCH', path, await this.try('PATCH', path + query, object, 'application/apply-patch+yaml'));
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

function succeeded(method: ApiMethod, path: string, { status, body }: ApiAnswer): unknown {
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${message(body)}`);
  return body;
}

function message(body: unknown): string {
  if (typeof body === 'object' && body !== null && 'message' in body) return String(body.message);
  return String(body);
}
