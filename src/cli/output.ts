import { stringify } from 'yaml';

/** A value as JSON with four spaces, as kubectl prints it. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 4)}\n`;
}

/** A value as one YAML document. Long text stays on one line; nothing is written as an alias. */
export function yamlText(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}
