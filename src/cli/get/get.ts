import { Command, Option } from 'commander';
import { DEFAULT_NAMESPACE } from '../../api/define-kind.ts';
import { formatFault } from '../../store/directory/source-fault.ts';
import type { Store } from '../../store/store.ts';
import { LiveCluster } from '../cluster/live-cluster.ts';
import { addClusterOptions, type ClusterOptions } from '../cluster/options.ts';
import type { CommandContext } from '../context.ts';
import { openDirectory } from '../directory.ts';
import { CommandError } from '../exit-codes.ts';
import { ADDRESSES } from './addresses.ts';
import { POOLS } from './pools.ts';
import { isDocument, type OutputFormat, Printer, selectRows } from './print.ts';
import type { Resource } from './resource.ts';
import { SERVICES } from './services.ts';
import { SPEAKERS } from './speakers.ts';
import { readView } from './view.ts';
import { watchRows } from './watch.ts';

const RESOURCES: readonly Resource<unknown>[] = [POOLS, SERVICES, ADDRESSES, SPEAKERS];

/** What `berth get` was asked for. */
export interface GetOptions extends ClusterOptions {
  readonly dir?: string;
  readonly stateDir?: string;
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
  readonly output: OutputFormat;
  readonly watch?: boolean;
}

/** `berth get`, for the program. */
export function getCommand(context: CommandContext): Command {
  const command = new Command('get')
    .summary('show pools, services, addresses or speakers')
    .description('Shows what there is and why it is so, in the style of kubectl.')
    .argument('<resource>', 'what to show: pools, services, addresses or speakers; or RESOURCE/NAME')
    .argument('[name...]', 'only those of these names')
    .addOption(
      new Option('--dir <dir>', 'look at the folder that `berth standalone` runs on, not at a cluster').conflicts([
        'kubeconfig',
        'context',
      ]),
    )
    .option('--state-dir <dir>', 'where its status is kept (default: DIR/.status)')
    .option('-n, --namespace <namespace>', 'only this namespace (services: as kubectl, that of the context)')
    .option('-A, --all-namespaces', 'all namespaces, with a column for it')
    .addOption(
      new Option('-o, --output <format>', 'the form').choices(['table', 'wide', 'json', 'yaml']).default('table'),
    )
    .option('-w, --watch', 'go on, and show each row again when it changes');
  return addClusterOptions(command)
    .addHelpText(
      'after',
      `
Resources and their short names:
${RESOURCES.map(({ names: [name = '', ...others] }) => `  ${name.padEnd(10)} ${others.join(', ')}`).join('\n')}

Examples:
  ${context.programName} get services -A
  ${context.programName} get addresses -o wide --watch
  ${context.programName} get pool public -o yaml
  ${context.programName} get services --dir /etc/berth`,
    )
    .action((resource: string, names: string[], options: GetOptions) => get(context, resource, names, options));
}

/** Runs `berth get`. @throws CommandError */
export async function get(
  context: CommandContext,
  first: string,
  others: readonly string[],
  options: GetOptions,
): Promise<void> {
  const { resource, names } = wantedOf([first, ...others]);
  const { store, defaultNamespace } = await open(context, options);
  try {
    const namespace = namespaceOf(resource, options, defaultNamespace);
    const printer = new Printer(resource, options.output, context.stdout, {
      namespaceColumn: resource.scope === 'Namespaced' && namespace === undefined,
      now: () => context.now(),
    });
    const selection = { names, namespace };
    // A watch survives a source that is out of reach; whoever begins one wants to know at once.
    const view = await readView(store, resource.reads);
    if (options.watch) return await watchRows({ store, resource, selection, printer, context });
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
  readonly defaultNamespace: string;
}

async function open(context: CommandContext, options: GetOptions): Promise<Opened> {
  if (options.dir === undefined) {
    const cluster = await LiveCluster.open(context, options, 'LoadBalancer');
    return { store: cluster, defaultNamespace: cluster.namespace };
  }
  const store = await openDirectory(options.dir, options.stateDir);
  for (const fault of store.faults()) context.stderr.write(`warning: ${formatFault(fault)}\n`);
  return { store, defaultNamespace: DEFAULT_NAMESPACE };
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
