import { readFileSync } from 'node:fs';
import { Agent, type RequestOptions, request } from 'node:https';

/**
 * A process of its own: the baseline. Lists pending Services, opens the same watch, and patches an address into each that
 * it hears of, over as many connections as the controller has. It decides nothing: addresses are counted up, and the rest
 * of the status is what the controller was seen to write.
 */
const [template = '', connections = '8'] = process.argv.slice(2);
const FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';
const SERVICES = '/api/v1/services';

interface Pending {
  readonly metadata: { readonly namespace: string; readonly name: string; readonly resourceVersion: string };
  readonly spec: { readonly type: string };
  readonly status: { readonly loadBalancer: { readonly ingress?: unknown } };
}
interface ServiceList {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly Pending[];
}

const server = {
  host: process.env.KUBERNETES_SERVICE_HOST,
  port: process.env.KUBERNETES_SERVICE_PORT,
  ca: readFileSync(`${FOLDER}/ca.crt`),
};
const headers = { authorization: `Bearer ${readFileSync(`${FOLDER}/token`, 'utf8')}` };
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) });
const pending: Pending[] = [];
let given = 0;
let senders = 0;

const resourceVersion = await listAll();
watch();
send();

async function listAll(): Promise<string> {
  let token = '';
  for (;;) {
    const page = JSON.parse(await call('GET', `${SERVICES}?limit=500&continue=${token}`)) as ServiceList;
    for (const item of page.items) add(item);
    if (!page.metadata.continue) return page.metadata.resourceVersion;
    token = encodeURIComponent(page.metadata.continue);
  }
}

function watch(): void {
  const path = `${SERVICES}?watch=true&allowWatchBookmarks=true&timeoutSeconds=3600&resourceVersion=${resourceVersion}`;
  request({ ...server, headers, path, agent: new Agent({ keepAlive: true }) }, (response) => {
    let rest = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.startsWith('{"type":"ADDED"')) add(JSON.parse(line).object);
      send();
    });
  }).end();
}

function add(service: Pending): void {
  if (service.spec.type === 'LoadBalancer' && !service.status.loadBalancer.ingress) pending.push(service);
}

function send(): void {
  while (senders < Number(connections)) {
    const service = pending.shift();
    if (service === undefined) return;
    senders++;
    void give(service).then(() => {
      senders--;
      send();
    });
  }
}

async function give({ metadata: { namespace, name, resourceVersion } }: Pending): Promise<void> {
  const index = given++ % 2 ** 16;
  const address = `10.61.${index >> 8}.${index & 255}`;
  const body = `{"metadata":{"resourceVersion":"${resourceVersion}"},"status":${template.replaceAll('ADDRESS', address)}}`;
  await call('PATCH', `/api/v1/namespaces/${namespace}/services/${name}/status`, body);
}

function call(method: string, path: string, body?: string): Promise<string> {
  const options: RequestOptions = { ...server, agent, method, path, headers: { ...headers } };
  if (body !== undefined) {
    const content = { 'content-type': 'application/merge-patch+json', 'content-length': Buffer.byteLength(body) };
    options.headers = { ...headers, ...content };
  }
  return new Promise((resolve, reject) => {
    const outgoing = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`));
      });
    });
    outgoing.on('error', reject);
    outgoing.setNoDelay(true);
    outgoing.end(body);
  });
}
