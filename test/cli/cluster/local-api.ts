import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** How a list of one resource is answered: with its items, or with a status code. */
export type Answer = readonly object[] | number;

/** A web server that answers lists as an API server does, and a kubeconfig for it. No watch, no writes. */
export class LocalApi {
  /** By resource, such as `services`; anything else is not found. */
  readonly answers: Record<string, Answer> = {};
  /** The same for lists of one namespace, by `namespace/resource`. Default: those of {@link answers}. */
  readonly within: Record<string, Answer> = {};
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
      const resource = pathname.slice(pathname.lastIndexOf('/') + 1);
      api.listed.push(resource);
      const namespace = /\/namespaces\/([^/]+)\//.exec(pathname)?.[1];
      const all = api.answers[resource] ?? 404;
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

  async stop(): Promise<void> {
    if (!this.server.listening) return;
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function namespaceOf(item: object): string | undefined {
  return (item as { metadata?: { namespace?: string } }).metadata?.namespace;
}
