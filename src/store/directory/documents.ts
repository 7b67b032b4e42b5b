import type { Node } from 'yaml';
import { groupOf, type Kind } from '../../api/kind.ts';
import { KINDS } from '../../api/kinds.ts';
import { closest } from '../../api/near-miss.ts';
import { type KubernetesObject, keyOf, keyText } from '../../api/object.ts';
import { GROUP } from '../../api/schema/custom-kind.ts';
import { nodeOfField } from './field-position.ts';
import type { SourceFault } from './source-fault.ts';
import { entryOf, type Position, parseYamlText, type YamlText } from './yaml-text.ts';

/** An object and where it was written. */
export interface LocatedObject {
  readonly kind: Kind<KubernetesObject>;
  readonly object: KubernetesObject;
  /** As it was written: nothing is filled in. Only where it was asked for. */
  readonly manifest?: Readonly<Record<string, unknown>>;
  /** Its node in the text, to tell where its fields stand. Only where it was asked for. */
  readonly source?: ObjectSource;
  readonly file: string;
  readonly line: number;
}

/** Where an object stands in a text. */
export interface ObjectSource {
  readonly root: Node;
  positionOf(node: Node): Position;
}

/** A document of a kind that is none of Berth's business. */
export interface SkippedDocument {
  readonly file: string;
  readonly line: number;
  readonly apiVersion: string;
  readonly kind: string;
}

/** What a text holds. */
export interface DocumentsRead {
  /** In the order of the text. */
  readonly objects: readonly LocatedObject[];
  /** In the order of the text too. */
  readonly faults: readonly SourceFault[];
  readonly skipped: readonly SkippedDocument[];
  /** False where the text is not YAML throughout, so that what seems missing may only be misread. */
  readonly wellFormed: boolean;
  /** There is nothing in it, not even a comment. */
  readonly blank: boolean;
}

/** How {@link readDocuments} reads. */
export interface ReadDocumentsOptions {
  /** The namespace of objects that name none. Default: `default`. */
  readonly namespace?: string | undefined;
  /** Whether objects are wanted as they were written, too. */
  readonly keepsManifests?: boolean;
  /** Whether it is wanted where their fields stand, too. */
  readonly keepsSources?: boolean;
}

/**
 * Reads a text of several YAML documents (or JSON, or `kind: List`) as objects of the kinds given. Documents of unknown
 * kinds are skipped, unless they are of the group `berth.dev`. Never throws: every fault is named with its place.
 * @param file what faults call the text
 */
export function readDocuments(
  text: string,
  file: string,
  kinds: readonly Kind<KubernetesObject>[] = KINDS,
  options: ReadDocumentsOptions = {},
): DocumentsRead {
  const yaml = parseYamlText(text);
  const reader = new DocumentReader(yaml, file, kinds, options);
  for (const { root, value } of yaml.documents) reader.read(root, value, {});
  return {
    objects: reader.objects,
    faults: [...yaml.faults.map((fault) => ({ file, ...fault })), ...reader.faults].sort(inLineOrder),
    skipped: reader.skipped,
    wellFormed: yaml.faults.length === 0,
    blank: text.trim() === '',
  };
}

function inLineOrder(a: SourceFault, b: SourceFault): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

/** Two objects of one kind and name are a fault at the later one, naming both places. */
export function duplicateFaults(objects: readonly LocatedObject[]): readonly SourceFault[] {
  const first = new Map<string, LocatedObject>();
  const faults: SourceFault[] = [];
  for (const located of objects) {
    const name = `${groupOf(located.kind)}/${objectText(located)}`;
    const earlier = first.get(name);
    if (earlier) faults.push(duplicateFault(located, earlier));
    else first.set(name, located);
  }
  return faults;
}

/** The fault of an object that stands elsewhere already. */
export function duplicateFault(located: LocatedObject, earlier: Pick<LocatedObject, 'file' | 'line'>): SourceFault {
  const { file, line } = located;
  const place = `${earlier.file}:${earlier.line}`;
  return { file, line, object: objectText(located), message: `is defined in ${place} as well: remove one of the two` };
}

/** `Kind/name` or `Kind/namespace/name`, as faults and people call an object. */
export function objectText({ kind, object }: Pick<LocatedObject, 'kind' | 'object'>): string {
  return `${kind.kind}/${keyText(keyOf(object))}`;
}

type Members = Readonly<Record<string, unknown>>;

/** What the entries of a typed list such as `ServiceList` leave out. */
type ListDefaults = { readonly apiVersion?: string; readonly kind?: string };

class DocumentReader {
  readonly objects: LocatedObject[] = [];
  readonly faults: SourceFault[] = [];
  readonly skipped: SkippedDocument[] = [];

  constructor(
    private readonly yaml: YamlText,
    private readonly file: string,
    private readonly kinds: readonly Kind<KubernetesObject>[],
    private readonly options: ReadDocumentsOptions,
  ) {}

  read(root: Node, value: unknown, defaults: ListDefaults): void {
    if (!isMembers(value)) {
      this.#fault(root, undefined, '', 'is not an object: write a map with apiVersion, kind and metadata');
      return;
    }
    const { apiVersion = defaults.apiVersion, kind = defaults.kind } = value;
    for (const [field, content] of Object.entries({ apiVersion, kind })) {
      if (typeof content !== 'string' || content === '') this.#fault(root, nameOf(value), field, 'is required');
    }
    if (typeof apiVersion !== 'string' || typeof kind !== 'string' || apiVersion === '' || kind === '') return;
    const known = this.kinds.find((candidate) => candidate.apiVersion === apiVersion && candidate.kind === kind);
    if (known) this.#parse(root, { ...value, apiVersion, kind }, known);
    else if (kind.endsWith('List') && Array.isArray(value.items)) this.#list(root, value.items, apiVersion, kind);
    else if (groupOf({ apiVersion }) === GROUP) this.#unknown(root, value, apiVersion, kind);
    else this.skipped.push({ file: this.file, line: this.yaml.positionOf(root).line, apiVersion, kind });
  }

  #list(root: Node, items: readonly unknown[], apiVersion: string, kind: string): void {
    const defaults = kind === 'List' ? {} : { apiVersion, kind: kind.slice(0, -'List'.length) };
    const listNode = entryOf(root, 'items')?.value ?? root;
    items.forEach((item, index) => {
      this.read(nodeOfField(listNode, `[${index}]`), item, defaults);
    });
  }

  #parse(root: Node, written: Members, kind: Kind<KubernetesObject>): void {
    const { namespace, keepsManifests = false, keepsSources = false } = this.options;
    const value = kind.namespaced && namespace !== undefined ? inNamespace(written, namespace) : written;
    const parsed = kind.parse(value);
    if (parsed.ok) {
      const { line } = this.yaml.positionOf(root);
      const manifest = keepsManifests ? { manifest: value } : {};
      const source = keepsSources ? { source: { root, positionOf: (node: Node) => this.yaml.positionOf(node) } } : {};
      this.objects.push({ kind, object: parsed.object, file: this.file, line, ...manifest, ...source });
      return;
    }
    const name = nameOf(value);
    for (const { field, message } of parsed.faults) this.#fault(root, name, field, message);
  }

  #unknown(root: Node, value: Members, apiVersion: string, kind: string): void {
    const versions = this.kinds.filter((known) => known.kind === kind && groupOf(known) === GROUP);
    const kinds = this.kinds.filter((known) => groupOf(known) === GROUP);
    if (versions.length > 0) {
      const listed = versions.map((known) => known.apiVersion).join(', ');
      this.#fault(root, nameOf(value), 'apiVersion', `is ${apiVersion}, which this Berth does not know: use ${listed}`);
    } else {
      const listed = kinds.map((known) => known.kind);
      const near = closest(kind, listed);
      const remedy = near ? `did you mean ${near}?` : `known are ${listed.join(', ')}`;
      this.#fault(root, nameOf(value), 'kind', `is no kind of ${GROUP} that this Berth knows: ${remedy}`);
    }
  }

  #fault(root: Node, object: string | undefined, field: string, message: string): void {
    const position = this.yaml.positionOf(nodeOfField(root, field));
    const named = object === undefined ? {} : { object };
    this.faults.push({ file: this.file, ...position, ...named, ...(field ? { field } : {}), message });
  }
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whatever is wrong with the metadata is left for the kind to say. */
function inNamespace(value: Members, namespace: string): Members {
  const { metadata } = value;
  if (!isMembers(metadata) || (metadata.namespace ?? '') !== '') return value;
  return { ...value, metadata: { ...metadata, namespace } };
}

/** As much of `Kind/namespace/name` as an object that may not parse tells. */
function nameOf(value: Members): string | undefined {
  const metadata = isMembers(value.metadata) ? value.metadata : {};
  const parts = [value.kind, metadata.namespace, metadata.name];
  const known = parts.filter((part) => typeof part === 'string' && part !== '');
  return known.length > 0 ? known.join('/') : undefined;
}
