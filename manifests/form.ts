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
  /** What a key has where the expression is true, as it is not by default: then there is no key. Texts in it may have expressions. */
  member(expression: string, value: object | string): string | undefined;
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
  member: () => undefined,
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
  member: (expression, value) => mark('member', `${expression}|${JSON.stringify(value)}`),
  entry: (expression, text) => [mark('entry', `${expression}|${text}`)],
  entries: (expression) => [mark('entries', expression)],
  item: (expression, value) => [mark('item', `${expression}|${JSON.stringify(value)}`)],
};

const MARKED = new RegExp(`^( *)(- |[^\\s:]+: )${OPEN}(\\w+) (.*)${CLOSE}$`);

/** A template of Helm, of YAML that was made with {@link CHART}. A comment is where what it is on is. */
export function chartText(yaml: string): string {
  const lines: string[] = [];
  for (const line of yaml.split('\n')) {
    const found = MARKED.exec(line);
    if (found === null) {
      lines.push(line);
      continue;
    }
    const [, indent = '', key = '', kind = '', text = ''] = found;
    const written = template({ indent, key, kind, text });
    if (written.condition === undefined) lines.push(...written.lines);
    else lines.push(`${indent}{{- ${written.condition} }}`, ...taken(lines), ...written.lines, `${indent}{{- end }}`);
  }
  return lines.join('\n');
}

/** Takes away the comment that lines end with, and gives it. */
function taken(lines: string[]): readonly string[] {
  const begin = lines.findLastIndex((line) => !/^ *#/.test(line)) + 1;
  return lines.splice(begin);
}

interface Marked {
  readonly indent: string;
  readonly key: string;
  readonly kind: string;
  readonly text: string;
}

/** The lines of an expression, and what they stand in, if anything. */
function template({ indent, key, kind, text }: Marked): { condition?: string; lines: readonly string[] } {
  const depth = indent.length + 2;
  const [condition = '', value = ''] = text.split('|');
  switch (kind) {
    case 'text':
      return { lines: [`${indent}${key}${text}`] };
    case 'block':
      return { lines: [`${indent}${key.trimEnd()}`, `${indent}  {{- toYaml ${text} | nindent ${depth} }}`] };
    case 'optional':
      return {
        condition: `with ${text}`,
        lines: [`${indent}${key.trimEnd()}`, `${indent}  {{- toYaml . | nindent ${depth} }}`],
      };
    case 'member':
      return {
        condition: `if ${condition}`,
        lines: yamlLines({ [key.replace(/: $/, '')]: JSON.parse(value) }, indent),
      };
    case 'entry':
      return { condition: `if ${condition}`, lines: [`${indent}- ${value}`] };
    case 'item':
      return { condition: `if ${condition}`, lines: yamlLines([JSON.parse(value)], indent) };
    default:
      return { condition: `range ${text}`, lines: [`${indent}- {{ . | quote }}`] };
  }
}

function yamlLines(value: object, indent: string): readonly string[] {
  return stringify(value, { lineWidth: 0 })
    .trimEnd()
    .split('\n')
    .map((line) => `${indent}${line}`);
}
