import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { KINDS } from '../../../src/api/kinds.ts';

/** How a list of one resource is answered: with its items, or with a status code. */
export type Answer = readonly object[] | number;

/** A web server that answers lists and gets as an API server does, and a kubeconfig for it. No watch, no writes. */
export class LocalApi {
  /** By resource, such as `services`; anything else is not found. */
  readonly answers: Record<string, Answer> = {};
  /** The same for lists of one namespace, by `namespace/resource`. Default: those of {@link answers}. */
  readonly within: Record<string, Answer> = {};
  /** The resources of which single objects may not be read. */
  readonly notGotten = new Set<string>();
  /** The names of the objects that were asked for one by one, in order. */
  readonly gotten: string[] = [];
  /** The resources that may not be listed. */
  readonly notListed = new Set<string>();
  /** The resources that were listed, in order. */
  readonly listed: string[] = [];

  private constructor(
    readonly server: Server,
    readonly url: string,
    readonly kubeconfig: string,
  ) {}

  /** @param folder where the kubeconfig is written; its context has the namespace `team-a` */
  static async start(folder: string): Promise<LocalApi> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const kubeconfig = join(folder, 'kubeconfig');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const api = new LocalApi(server, url, kubeconfig);
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'u', user: { token: 'secret' } }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u', namespace: 'team-a' } }],
      'current-context': 'x',
    };
    await writeFile(kubeconfig, JSON.stringify(config));
    server.on('request', (request, response) => {
      const { pathname } = new URL(request.url ?? '', url);
      const [, within = '', resource = '', name] = PATH.exec(pathname) ?? [];
      const namespace = within === '' ? undefined : within;
      if (name !== undefined) {
        api.gotten.push(name);
        const [code, body] = api.#one(resource, namespace, name);
        response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
        return;
      }
      api.listed.push(resource);
      const all = api.notListed.has(resource) ? 403 : (api.answers[resource] ?? 404);
      const inside = typeof all === 'number' ? all : all.filter((item) => namespaceOf(item) === namespace);
      const answer = namespace === undefined ? all : (api.within[`${namespace}/${resource}`] ?? inside);
      const [code, body] =
        typeof answer === 'number'
          ? [answer, { kind: 'Status', code: answer, message: `answer ${answer}` }]
          : [200, { metadata: { resourceVersion: '1' }, items: answer }];
      response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    return api;
  }

  #one(resource: string, namespace: string | undefined, name: string): readonly [number, object] {
    const all = this.answers[resource] ?? 404;
    const found = typeof all === 'number' ? undefined : all.find((item) => isNamed(item, namespace, name));
    const code = this.notGotten.has(resource) ? 403 : typeof all === 'number' ? all : 404;
    if (found === undefined || code === 403) return [code, { kind: 'Status', code, message: `answer ${code}` }];
    const { kind, apiVersion } = KINDS.find(({ plural }) => plural === resource) ?? {};
    return [200, { kind, apiVersion, ...found }];
  }

  async stop(): Promise<void> {
    if (!this.server.listening) return;
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** `/api/v1/…` or `/apis/GROUP/VERSION/…`, in a namespace or not, the resource, and a name or not. */
const PATH = /^\/(?:api\/[^/]+|apis\/[^/]+\/[^/]+)(?:\/namespaces\/([^/]+))?\/([a-z0-9]+)(?:\/([^/]+))?$/;

function isNamed(item: object, namespace: string | undefined, name: string): boolean {
  return namespaceOf(item) === namespace && (item as { metadata?: { name?: string } }).metadata?.name === name;
}

function namespaceOf(item: object): string | undefined {
  return (item as { metadata?: { namespace?: string } }).metadata?.namespace;
}
