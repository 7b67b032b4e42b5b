import { defaultAdvertisementRemark } from '../../import/metallb/installation.ts';
import { formatFault, type SourceFault } from '../../store/directory/source-fault.ts';
import { clusterCredentials } from '../cluster/credentials.ts';
import { LiveCluster } from '../cluster/live-cluster.ts';
import type { ClusterOptions } from '../cluster/options.ts';
import type { CommandContext } from '../context.ts';
import { CommandError } from '../exit-codes.ts';
import { readCluster, readFiles, USUAL_NAMESPACE } from './input.ts';
import { manifestsText, remarkText } from './manifests.ts';
import { placeOfImported, placeText, type Source, type Sources } from './source.ts';

/** What `berth import metallb` was asked for. */
export interface ImportOptions extends ClusterOptions {
  readonly filename?: readonly string[];
  readonly cluster?: boolean;
  readonly namespace?: string;
}

/** Runs `berth import metallb`. @throws CommandError */
export async function importMetallb(context: CommandContext, options: ImportOptions): Promise<void> {
  const { stderr, stdout, version } = context;
  const found = await read(context, options);
  const { taken, left } = inItsNamespace(found.sources, options.namespace);
  const faults = [...found.faults, ...duplicates(taken)];
  if (faults.length > 0) {
    for (const fault of faults) stderr.write(`${formatFault(fault)}\n`);
    throw new CommandError(
      `${faults.length} fault${faults.length > 1 ? 's' : ''} in the input: nothing was translated`,
    );
  }
  const imported = taken.flatMap((source) => source.imported);
  if (imported.length === 0 && taken.length === 0) {
    throw new CommandError(
      'there is nothing of MetalLB in the input: no object of the group metallb.io and no ConfigMap with its configuration',
    );
  }
  const remark = defaultAdvertisementRemark(imported);
  const remarks = remark === null ? [] : [remark];
  stdout.write(manifestsText(taken, { version, remarks }));
  stderr.write(summaryText(taken, left, found.skipped, remarks));
}

async function read(context: CommandContext, options: ImportOptions): Promise<Sources> {
  const { filename: paths = [], namespace } = options;
  if (paths.length > 0) return await readFiles(context, paths);
  if (options.cluster !== true && options.kubeconfig === undefined && options.context === undefined) {
    throw new CommandError('nothing to translate: name files with -f PATH (- for stdin), or a cluster with --cluster');
  }
  const cluster = new LiveCluster(context, await clusterCredentials(options), {});
  try {
    return await readCluster(cluster, namespace);
  } finally {
    await cluster.close();
  }
}

/** MetalLB reads the objects of its own namespace alone, so those elsewhere have said nothing so far. */
function inItsNamespace(sources: readonly Source[], asked: string | undefined) {
  const namespaces = [...new Set(sources.map(({ namespace }) => namespace))].sort();
  const own = asked ?? (namespaces.length > 1 ? USUAL_NAMESPACE : namespaces[0]);
  if (asked === undefined && namespaces.length > 1 && !namespaces.includes(USUAL_NAMESPACE)) {
    throw new CommandError(
      `the objects are of the namespaces ${namespaces.join(' and ')}, and MetalLB reads one alone: name it with -n`,
    );
  }
  return {
    taken: sources.filter(({ namespace }) => namespace === own),
    left: sources.filter(({ namespace }) => namespace !== own),
  };
}

/** Two objects that would become one: of both versions of MetalLB, say. */
function duplicates(sources: readonly Source[]): readonly SourceFault[] {
  const first = new Map<string, string>();
  return sources.flatMap((source) =>
    source.imported.flatMap((imported): readonly SourceFault[] => {
      const { kind, metadata } = imported.manifest;
      const name = `${kind}/${metadata.name}`;
      const place = placeOfImported(source, imported);
      const earlier = first.get(name);
      first.set(name, earlier ?? `${source.object} (${placeText(place)})`);
      if (earlier === undefined) return [];
      const message = `becomes ${name}, as ${earlier} does: remove or rename one of the two`;
      return [{ ...place, object: source.object, message }];
    }),
  );
}

function summaryText(
  taken: readonly Source[],
  left: readonly Source[],
  skipped: ReadonlyMap<string, number>,
  remarks: readonly string[],
): string {
  const counts = new Map<string, number>();
  const told = taken.flatMap((source) => source.remarks.map((remark) => remarkText(source, remark)));
  // What is so of every object of a kind is told once.
  const general = new Map<string, number>();
  for (const source of taken) {
    for (const { manifest, remarks } of source.imported) {
      counts.set(manifest.kind, (counts.get(manifest.kind) ?? 0) + 1);
      for (const remark of remarks) {
        const text = `${manifest.kind}: ${remark.message}`;
        if (remark.field === '') general.set(text, (general.get(text) ?? 0) + 1);
        else told.push(remarkText(source, remark));
      }
    }
  }
  const lines = [
    ...told,
    ...left.map(
      (source) =>
        `${placeText(source.placeOf(''))}: ${source.object}: is left out: MetalLB does not read its namespace`,
    ),
    ...[...general].map(([text, count]) => `${count} ${text}`),
    ...remarks,
    `translated into ${countsText(counts)}; the comments in the output tell what to look at`,
    'Services need no change: their annotations metallb.io/... and metallb.universe.tf/... are read as they are',
  ];
  if (skipped.size > 0) lines.push(`skipped what says nothing about addresses or routes: ${countsText(skipped)}`);
  return lines.map((line) => `${line}\n`).join('');
}

function countsText(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ') || 'nothing';
}
