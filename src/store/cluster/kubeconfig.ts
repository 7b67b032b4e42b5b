import type { RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import type { Authorization, Credentials, TlsOptions } from './credentials.ts';
import { findTokenFile, kubeconfigFiles } from './kubeconfig-token-file.ts';
import { ReplacedFile } from './replaced-file.ts';

/** Which kubeconfig, and which of its contexts. */
export interface KubeconfigChoice {
  /** A file. Default: those that `KUBECONFIG` names, else `~/.kube/config`. */
  readonly path?: string | undefined;
  /** Default: the file's `current-context`. */
  readonly context?: string | undefined;
}

/** How long what a kubeconfig yielded is shown before it is asked again whether its plugin's answer has expired. */
const SHOW_FOR = 10_000;

/**
 * Credentials as kubectl has them: client certificates, tokens, token files, exec plugins. Reading kubeconfigs is left to
 * `@kubernetes/client-node`, which costs 30 MB and a third of a second: load this file only where there is one to read.
 *
 * @throws Error that names the file and what it lacks.
 */
export async function kubeconfigCredentials(choice: KubeconfigChoice = {}): Promise<Credentials> {
  const load = (): Loaded => {
    const config = loadKubeconfig(new KubeConfig(), choice);
    const tokenFile = findTokenFile(kubeconfigFiles(choice.path), config.getCurrentUser()?.name ?? '');
    return { config, tokenFile: tokenFile === undefined ? undefined : new ReplacedFile(tokenFile) };
  };
  let loaded = load();
  const server = serverOf(loaded.config);
  let shown: Promise<Authorization> | undefined;
  let shownAt = 0;
  return {
    server,
    namespace: loaded.config.getContextObject(loaded.config.getCurrentContext())?.namespace,
    authorize() {
      if (shown !== undefined && performance.now() - shownAt < SHOW_FOR) return shown;
      const next = authorizationOf(loaded);
      shown = next;
      shownAt = performance.now();
      next.catch(() => {
        if (shown === next) shown = undefined;
      });
      return next;
    },
    refresh() {
      shown = undefined;
      // A new one, since each keeps what its plugin said until that expires. A file that is being replaced does no harm.
      try {
        loaded = load();
      } catch {
        // The former one may still do; if not, the server says so.
      }
    },
  };
}

interface Loaded {
  readonly config: KubeConfig;
  /** Takes precedence over a token, as for kubectl. */
  readonly tokenFile: ReplacedFile | undefined;
}

function loadKubeconfig(config: KubeConfig, { path, context }: KubeconfigChoice): KubeConfig {
  const from = path ?? 'the default kubeconfig';
  try {
    if (path === undefined) config.loadFromDefault();
    else config.loadFromFile(path);
  } catch (error) {
    throw new Error(`${from}: cannot be read as a kubeconfig: ${reasonOf(error)}`, { cause: error });
  }
  // What the library makes up where it finds nothing.
  if (path === undefined && config.getCurrentCluster()?.server === 'http://localhost:8080') {
    throw new Error('there is no kubeconfig: neither KUBECONFIG nor ~/.kube/config names a cluster');
  }
  if (context !== undefined) {
    if (config.getContextObject(context) === null) {
      const known = config.getContexts().map(({ name }) => name);
      throw new Error(`${from}: has no context ${context}: it has ${known.join(', ') || 'none'}`);
    }
    config.setCurrentContext(context);
  }
  if (!config.getCurrentCluster()) {
    throw new Error(`${from}: has no current context with a cluster`);
  }
  // The library refuses to talk without TLS, as through kubectl proxy, unless told that there is nothing to verify.
  config.clusters = config.clusters.map((cluster) =>
    /^http:/i.test(cluster.server) ? { ...cluster, skipTLSVerify: true } : cluster,
  );
  return config;
}

function serverOf(config: KubeConfig): URL {
  const cluster = config.getCurrentCluster();
  if (cluster?.proxyUrl !== undefined) {
    throw new Error(`cluster ${cluster.name} of the kubeconfig has a proxy-url, which Berth does not support`);
  }
  try {
    return new URL(cluster?.server ?? '');
  } catch {
    throw new Error(`cluster ${cluster?.name} of the kubeconfig has a server that is no URL: ${cluster?.server}`);
  }
}

async function authorizationOf({ config, tokenFile }: Loaded): Promise<Authorization> {
  const options: RequestOptions = { headers: {} };
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    const plugin: unknown = config.getCurrentUser()?.exec?.command;
    if (typeof plugin !== 'string') throw error;
    throw new Error(`plugin ${plugin} failed: ${oneLine(reasonOf(error)) || 'it says nothing'}`, { cause: error });
  }
  const { ca, cert, key, servername, rejectUnauthorized, auth } = options;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    if (typeof value === 'string') headers[name.toLowerCase()] = value;
  }
  if (tokenFile !== undefined) headers.authorization = `Bearer ${await tokenFile.read()}`;
  else if (auth) headers.authorization = `Basic ${Buffer.from(auth).toString('base64')}`;
  const tls: TlsOptions = {
    ...(ca ? { ca } : {}),
    ...(cert ? { cert } : {}),
    ...(key ? { key } : {}),
    ...(servername ? { servername } : {}),
    ...(rejectUnauthorized === false ? { rejectUnauthorized } : {}),
  };
  return { headers, tls };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
