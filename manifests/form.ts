import { stringify } from 'yaml';

/**
 * What an object has where people may choose: in a plain manifest the value itself, in a chart an expression of Helm's
 * templates. One source makes both.
 */
export interface Form {
  /** One value. @param expression of Helm, such as `.Values.replicas` */
  scalar<T extends string | number>(expression: string, value: T): T | string;
  /** Text in which expressions stand between `{{` and `}}`. */
  text(template: string, value: string): string;
  /** A mapping or a list. */
  block<T extends object>(expression: string, value: T): T | string;
  /** A mapping or a list that is left out where it is empty, as it is by default. */
  optional(expression: string): string | undefined;
  /** One entry of a list of texts, where the expression is true. @param isDefault whether it is by default */
  entry(expression: string, text: string, isDefault: boolean): readonly string[];
  /** One entry for each of a list that is empty by default. */
  entries(expression: string): readonly string[];
  /** One entry that is a mapping, where the expression is true, as it is not by default. Texts in it may have expressions. */
  item(expression: string, value: object): readonly string[];
}

/** Values as they are by default. */
export const PLAIN: Form = {
  scalar: (_, value) => value,
  text: (_, value) => value,
  block: (_, value) => value,
  optional: () => undefined,
  entry: (_, text, isDefault) => (isDefault ? [text] : []),
  entries: () => [],
  item: () => [],
};

/** Marks what {@link chartText} turns into templates, once the YAML around it has been printed. */
const [OPEN, CLOSE] = ['\u27ea', '\u27eb'] as const;
const mark = (kind: string, text: string): string => `${OPEN}${kind} ${text}${CLOSE}`;

/** Expressions of Helm's templates, still marked. */
export const CHART: Form = {
  scalar: (expression) => mark('text', `{{ ${expression} }}`),
  text: (template) => mark('text', template),
  block: (expression) => mark('block', expression),
  optional: (expression) => mark('optional', expression),
  entry: (expression, text) => [mark('entry', `${expression}|${text}`)],
  entries: (expression) => [mark('entries', expression)],
  item: (expression, value) => [mark('item', `${expression}|${JSON.stringify(value)}`)],
};

const MARKED = new RegExp(`^( *)(- |[^\\s:]+: )${OPEN}(\\w+) (.*)${CLOSE}$`);

/** A template of Helm, of YAML that was made with {@link CHART}. */
export function chartText(yaml: string): string {
  return yaml.split('\n').map(templateLine).join('\n');
}

function templateLine(line: string): string {
  const found = MARKED.exec(line);
  if (found === null) return line;
  const [, indent = '', key = '', kind, text = ''] = found;
  const depth = indent.length + 2;
  switch (kind) {
    case 'text':
      return `${indent}${key}${text}`;
    case 'block':
      return `${indent}${key.trimEnd()}\n${indent}  {{- toYaml ${text} | nindent ${depth} }}`;
    case 'optional':
      return `${indent}{{- with ${text} }}\n${indent}${key.trimEnd()}\n${indent}  {{- toYaml . | nindent ${depth} }}\n${indent}{{- end }}`;
    case 'entry': {
      const [condition, entry] = text.split('|');
      return `${indent}{{- if ${condition} }}\n${indent}- ${entry}\n${indent}{{- end }}`;
    }
    case 'item': {
      const [condition, json = ''] = text.split('|');
      const lines = stringify([JSON.parse(json)], { lineWidth: 0 }).trimEnd();
      return `${indent}{{- if ${condition} }}\n${lines.replace(/^/gm, indent)}\n${indent}{{- end }}`;
    }
    default:
      return `${indent}{{- range ${text} }}\n${indent}- {{ . | quote }}\n${indent}{{- end }}`;
  }
}
