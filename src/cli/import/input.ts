import { text } from 'node:stream/consumers';
import type { Kind } from '../../api/kind.ts';
import { CUSTOM_KINDS } from '../../api/kinds.ts';
import type { KubernetesObject } from '../../api/object.ts';
import { ConfigMapKind } from '../../import/metallb/config-map.ts';
import { METALLB_KINDS, type SourceKind, unknownKindFault } from '../../import/metallb/kinds.ts';
import type { LocatedObject } from '../../store/directory/documents.ts';
import { nodeOfField } from '../../store/directory/field-position.ts';
import type { SourceFault } from '../../store/directory/source-fault.ts';
import { readPaths } from '../../store/directory/source-paths.ts';
import type { LiveCluster } from '../cluster/live-cluster.ts';
import type { CommandContext } from '../context.ts';
import { CommandError } from '../exit-codes.ts';
import { readConfigMap } from './config-map.ts';
import { nameOf, type Place, type Source, type Sources } from './source.ts';

/** Reads what files, folders and standard input hold of MetalLB. */
export async function readFiles({ stdin }: Pick<CommandContext, 'stdin'>, paths: readonly string[]): Promise<Sources> {
  const input = paths.includes('-') ? { stdin: await text(stdin) } : {};
  const kinds = [...METALLB_KINDS, ConfigMapKind, ...CUSTOM_KINDS];
  const { objects, faults, skipped } = await readPaths(paths, { ...input, kinds, keepsSources: true });
  const reader = new SourceReader();
  for (const found of objects) reader.take(found.kind, found.object, { file: found.file, line: found.line }, found);
  for (const { kind, apiVersion, file, line } of skipped) {
    const fault = unknownKindFault(apiVersion, kind);
    if (fault === undefined) reader.skip(kind);
    else reader.faults.push({ file, line, object: kind, ...fault });
  }
  return { sources: reader.sources, faults: [...faults, ...reader.faults], skipped: reader.skipped };
}

/** The names that the ConfigMap of MetalLB had: by its manifests, and by its chart. */
const CONFIG_MAP_NAMES = ['config', 'metallb', 'bgpextras', 'metallb-excludel2', 'metallb-memberlist-config'];
/** Where MetalLB runs, unless people chose otherwise. */
export const USUAL_NAMESPACE = 'metallb-system';

const IN_CLUSTER: Place = { file: 'the cluster' };

/** Reads what a cluster holds of MetalLB. @throws CommandError */
export async function readCluster(cluster: LiveCluster, namespace: string | undefined): Promise<Sources> {
  const reader = new SourceReader();
  const known = new Set<string>();
  for (const kind of METALLB_KINDS) {
    if (known.has(kind.kind)) continue;
    const { objects, why, isMissing = false } = await cluster.tryList(unchecked(kind));
    if (isMissing) continue;
    if (why !== undefined) throw new CommandError(`cannot read the ${kind.plural} of MetalLB: ${why}`);
    known.add(kind.kind);
    for (const object of objects) {
      const parsed = kind.parse({ ...object, apiVersion: kind.apiVersion, kind: kind.kind });
      if (parsed.ok) reader.take(kind, parsed.object, IN_CLUSTER);
      else reader.faults.push(...parsed.faults.map((fault) => ({ ...IN_CLUSTER, object: nameOf(object), ...fault })));
    }
  }
  const namespaces = new Set([namespace ?? USUAL_NAMESPACE, ...reader.sources.map((source) => source.namespace)]);
  for (const within of namespaces) {
    for (const name of CONFIG_MAP_NAMES) {
      const object = await cluster.getWhole(ConfigMapKind, { namespace: within, name });
      if (object !== undefined) reader.take(ConfigMapKind, object, IN_CLUSTER);
    }
  }
  return reader;
}

/** The store leaves out what its kind refuses: here each fault is to be told. */
function unchecked(kind: SourceKind): Kind<KubernetesObject> {
  const { apiVersion, plural, namespaced } = kind;
  return {
    ...{ apiVersion, plural, namespaced, kind: kind.kind },
    parse: (value) => ({ ok: true, object: { apiVersion, kind: kind.kind, ...(value as object) } as KubernetesObject }),
  };
}

class SourceReader implements Sources {
  readonly sources: Source[] = [];
  readonly faults: SourceFault[] = [];
  readonly skipped = new Map<string, number>();

  take(kind: Kind<KubernetesObject>, object: KubernetesObject, place: Place, found?: LocatedObject): void {
    const source = METALLB_KINDS.find((each) => each === kind);
    if (source !== undefined) this.sources.push(this.#translated(source, object, place, found));
    else if (kind === ConfigMapKind) this.#takeConfigMap(object, place, found);
    else this.skip(object.kind);
  }

  skip(kind: string): void {
    this.skipped.set(kind, (this.skipped.get(kind) ?? 0) + 1);
  }

  #translated(kind: SourceKind, object: KubernetesObject, place: Place, found: LocatedObject | undefined): Source {
    const source = found?.source;
    return {
      object: nameOf(object),
      namespace: object.metadata.namespace ?? 'default',
      imported: kind.translate(object),
      remarks: [],
      placeOf: (field) =>
        source === undefined || field === ''
          ? place
          : { file: place.file, line: source.positionOf(nodeOfField(source.root, field)).line },
    };
  }

  #takeConfigMap(object: KubernetesObject, place: Place, found: LocatedObject | undefined): void {
    const read = readConfigMap({ object, place, source: found?.source });
    if (read === undefined) this.skip(object.kind);
    else if ('imported' in read) this.sources.push(read);
    else this.faults.push(...read);
  }
}
