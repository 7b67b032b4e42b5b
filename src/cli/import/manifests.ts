import type { Imported, Remark } from '../../import/imported.ts';
import { printable } from '../../log/line.ts';
import { yamlText } from '../output.ts';
import { type Place, placeOfImported, placeText, type Source } from './source.ts';

/** What is told of the output as a whole. */
export interface Heading {
  readonly version: string;
  readonly remarks: readonly string[];
}

/** Everything that was imported, as YAML documents with what there is to tell as comments. */
export function manifestsText(sources: readonly Source[], { version, remarks }: Heading): string {
  const head = [
    `Made of the objects of MetalLB by berth ${version}: read the comments, then see with "berth plan" what it leads to.`,
    'The annotations metallb.io/... and metallb.universe.tf/... of Services are read as they are: Services need no change.',
    ...remarks,
  ];
  const documents = sources.flatMap((source) => {
    const leftOver = source.remarks.map((remark) => comment([remarkText(source, remark)]));
    return [...leftOver, ...source.imported.map((imported) => documentText(source, imported))];
  });
  return [comment(head), ...documents].join('---\n');
}

function documentText(source: Source, imported: Imported): string {
  const { manifest, remarks } = imported;
  const lines = [
    `From ${source.object} (${placeText(placeOfImported(source, imported))})`,
    ...remarks.map(({ field, message }) => `- ${field === '' ? message : `${field} ${message}`}`),
  ];
  return comment(lines) + yamlText(manifest);
}

/** One thing to tell, with its place. */
export function remarkText(source: Source, { field, message }: Remark): string {
  const place: Place = source.placeOf(field);
  return [placeText(place), source.object, ...(field === '' ? [] : [field]), message].join(': ');
}

function comment(lines: readonly string[]): string {
  return lines.map((line) => `# ${printable(line)}\n`).join('');
}
