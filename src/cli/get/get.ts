import { DEFAULT_NAMESPACE } from '../../api/schema/define-kind.ts';
import { formatFault } from '../../store/directory/source-fault.ts';
import type { Store } from '../../store/store.ts';
import { clusterCredentials } from '../cluster/credentials.ts';
import { LiveCluster } from '../cluster/live-cluster.ts';
import type { ClusterOptions } from '../cluster/options.ts';
import type { CommandContext } from '../context.ts';
import { openDirectory } from '../directory.ts';
import type { DirectoryOptions } from '../directory-options.ts';
import { CommandError } from '../exit-codes.ts';
import { ADDRESSES } from './addresses.ts';
import { POOLS } from './pools.ts';
import { isDocument, type OutputFormat, Printer, selectRows } from './print.ts';
import type { Resource } from './resource.ts';
import { SERVICES } from './services.ts';
import { SESSIONS } from './sessions.ts';
import { SPEAKERS } from './speakers.ts';
import { readView } from './view.ts';
import { watchRows } from './watch.ts';

const RESOURCES: readonly Resource<unknown>[] = [POOLS, SERVICES, ADDRESSES, SPEAKERS, SESSIONS];

/** What `berth get` was asked for. */
export interface GetOptions extends ClusterOptions, DirectoryOptions {
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
  readonly output: OutputFormat;
  readonly watch?: boolean;
}

/** Runs `berth get`. @throws CommandError */
export async function get(
  context: CommandContext,
  first: string,
  others: readonly string[],
  options: GetOptions,
): Promise<void> {
  const { resource, names } = wantedOf([first, ...others]);
  const { store, namespace } = await open(context, resource, options);
  try {
    const printer = new Printer(resource, options.output, context.stdout, {
      namespaceColumn: resource.scope === 'Namespaced' && namespace === undefined,
      now: () => context.now(),
    });
    const selection = { names, namespace };
    // A watch survives a source that is out of reach; whoever begins one wants to know at once.
    const { view, read: reads, forbidden } = await readView(store, resource);
    for (const { resource } of forbidden) context.stderr.write(`warning: you may not list ${resource}: not shown\n`);
    if (options.watch) return await watchRows({ store, resource, reads, selection, printer, context });
    const rows = selectRows(resource, view, selection, context.now());
    assertFound(resource, names, rows);
    if (rows.length > 0 || isDocument(options.output)) printer.all(rows, names.length === 1);
    else context.stderr.write(nothingFound(resource.rows(view, context.now()).length, namespace));
  } finally {
    await store.close();
  }
}

interface Opened {
  readonly store: Pick<Store, 'list' | 'watch' | 'close'>;
  /** The one to show; undefined for all. */
  readonly namespace: string | undefined;
}

async function open(context: CommandContext, resource: Resource<unknown>, options: GetOptions): Promise<Opened> {
  if (options.dir === undefined) {
    const credentials = await clusterCredentials(options);
    const namespace = namespaceOf(resource, options, credentials.namespace ?? DEFAULT_NAMESPACE);
    return { store: new LiveCluster(context, credentials, { within: namespace }), namespace };
  }
  const store = await openDirectory(options.dir, options.stateDir);
  for (const fault of store.faults()) context.stderr.write(`warning: ${formatFault(fault)}\n`);
  return { store, namespace: namespaceOf(resource, options, DEFAULT_NAMESPACE) };
}

/** Reads `RESOURCE NAME...` and, as kubectl does, `RESOURCE/NAME...`, here of one resource. */
function wantedOf(words: readonly string[]): { resource: Resource<unknown>; names: readonly string[] } {
  const [first = '', ...names] = words;
  if (!words.some((word) => word.includes('/'))) return { resource: findResource(first), names };
  const wanted = words.map((word) => {
    const [resource = '', name, ...rest] = word.split('/');
    if (!name || rest.length > 0) {
      const remedy = 'write RESOURCE NAME... or RESOURCE/NAME..., such as service/web';
      throw new CommandError(`"${word}" is not RESOURCE/NAME as the others are: ${remedy}`);
    }
    return { resource: findResource(resource), name };
  });
  const [resource, another] = new Set(wanted.map((each) => each.resource));
  if (resource === undefined || another !== undefined) {
    throw new CommandError('more than one resource is named: ask for them one after the other');
  }
  return { resource, names: wanted.map(({ name }) => name) };
}

function findResource(name: string): Resource<unknown> {
  const resource = RESOURCES.find(({ names }) => names.includes(name));
  if (!resource)
    throw new CommandError(`no resource "${name}": one of ${RESOURCES.map(({ names }) => names[0]).join(', ')}`);
  return resource;
}

function namespaceOf(resource: Resource<unknown>, options: GetOptions, defaultNamespace: string): string | undefined {
  if (options.allNamespaces || resource.scope === 'Cluster') return undefined;
  return options.namespace ?? (resource.scope === 'Namespaced' ? defaultNamespace : undefined);
}

function assertFound(resource: Resource<unknown>, names: readonly string[], rows: readonly unknown[]): void {
  const found = new Set(rows.map((row) => resource.nameOf(row)));
  const missing = names.filter((name) => !found.has(name));
  if (missing.length > 0) throw new CommandError(`${resource.names[0]} not found: ${missing.join(', ')}`);
}

/** As kubectl says it, and where to look instead. */
function nothingFound(elsewhere: number, namespace: string | undefined): string {
  if (namespace === undefined) return 'No resources found\n';
  const hint = elsewhere > 0 ? ` (${elsewhere} in other namespaces: use -A)` : '';
  return `No resources found in ${namespace} namespace.${hint}\n`;
}
