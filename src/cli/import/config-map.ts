import { isScalar, type Node } from 'yaml';
import type { KubernetesObject } from '../../api/object.ts';
import { mustParse } from '../../api/schema/define-kind.ts';
import { CONFIG_MAP, ConfigMapKind, importConfiguration } from '../../import/metallb/config-map.ts';
import { OTHER_CONFIG_MAPS } from '../../import/metallb/left-out.ts';
import type { ObjectSource } from '../../store/directory/documents.ts';
import { nodeOfField } from '../../store/directory/field-position.ts';
import type { SourceFault } from '../../store/directory/source-fault.ts';
import { entryOf, parseYamlText } from '../../store/directory/yaml-text.ts';
import { nameOf, type Place, type Source } from './source.ts';

/** A ConfigMap as it was found. */
interface FoundConfigMap {
  readonly object: KubernetesObject;
  readonly place: Place;
  readonly source?: ObjectSource | undefined;
}

/** What a ConfigMap says; undefined for one that is none of MetalLB's. */
export function readConfigMap(found: FoundConfigMap): Source | readonly SourceFault[] | undefined {
  const { object, place } = found;
  const { data = {}, metadata } = mustParse(ConfigMapKind, object);
  const named = { object: nameOf(object), namespace: metadata.namespace ?? 'default' };
  const leftOut = OTHER_CONFIG_MAPS[metadata.name];
  if (leftOut !== undefined) {
    return { ...named, imported: [], remarks: [{ field: '', message: leftOut }], placeOf: () => place };
  }
  const text = data[CONFIG_MAP];
  if (text === undefined) return undefined;
  return readConfiguration(text, named, found);
}

function readConfiguration(
  text: string,
  named: Pick<Source, 'object' | 'namespace'>,
  { place, source }: FoundConfigMap,
): Source | readonly SourceFault[] {
  const before = linesBefore(source);
  // Empty lines in front, so that a line of the text has the number that it has in the file.
  const yaml = parseYamlText('\n'.repeat(before ?? 0) + text);
  const isPlaced = before !== undefined;
  const placeAt = (line: number): Place => (isPlaced ? { file: place.file, line } : place);
  const within = `data.${CONFIG_MAP}`;
  const fault = (at: Place, field: string, message: string): SourceFault => {
    return { ...at, object: named.object, field: field === '' ? within : `${within}: ${field}`, message };
  };
  if (yaml.faults.length > 0) return yaml.faults.map(({ line, message }) => fault(placeAt(line), '', message));
  const [document] = yaml.documents;
  const root: Node | undefined = document?.root;
  const placeOf = (field: string): Place =>
    root === undefined || field === '' ? place : placeAt(yaml.positionOf(nodeOfField(root, field)).line);
  const result = importConfiguration(document?.value ?? null);
  if (!result.ok) return result.faults.map(({ field, message }) => fault(placeOf(field), field, message));
  return { ...named, imported: result.imported, remarks: [], placeOf };
}

/** How many lines of the file come before the first one of the text; undefined where it is not written line by line. */
function linesBefore(source: ObjectSource | undefined): number | undefined {
  if (source === undefined) return undefined;
  const data = entryOf(source.root, 'data')?.value;
  const text = data == null ? undefined : entryOf(data, CONFIG_MAP);
  if (text === undefined || !isScalar(text.value) || text.value.type !== 'BLOCK_LITERAL') return undefined;
  return source.positionOf(text.key).line;
}
