import ts from 'typescript';

/** Something in a source file that its folder does not allow. */
export interface Violation {
  /** `path:line`. */
  readonly at: string;
  readonly what: string;
}

/** What pure code may import from outside: no more than computes on its arguments. Absent names mean every name. */
const PURE_IMPORTS: Readonly<Record<string, readonly string[] | undefined>> = {
  'ip-address': undefined,
  zod: undefined,
  'node:crypto': ['createHash', 'createHmac', 'hash', 'timingSafeEqual'],
};

/** What reaches a clock, a timer, randomness, the process or the network without an import. */
const IMPURE_NAMES = new Set([
  ...['performance', 'Temporal', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'AbortSignal'],
  ...['process', 'console', 'global', 'globalThis', 'fetch', 'WebSocket', 'EventSource', 'crypto', 'navigator'],
  ...['require', 'module', 'eval', 'Function', 'Worker', 'BroadcastChannel', 'MessageChannel', 'WeakRef'],
]);
/** Of these objects only some members are functions of their arguments alone. */
const PURE_MEMBERS: Readonly<Record<string, (member: string) => boolean>> = {
  Date: (member) => member === 'parse' || member === 'UTC',
  Math: (member) => member !== 'random',
};

/**
 * Finds what makes a file of the pure core impure: an import that `mayImport` does not allow, and names through which a
 * clock, a timer, randomness, the process or the network could come in. Judges by the syntax tree alone: a local
 * variable named `process` is refused as well.
 *
 * @param mayImport says of a relative import, as written, whether the pure file may have it
 */
export function findImpurities(path: string, text: string, mayImport: (specifier: string) => boolean): Violation[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const violations: Violation[] = [];
  const report = (node: ts.Node, what: string): void => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    violations.push({ at: `${path}:${line + 1}`, what });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
      for (const what of judgeImport(node, mayImport)) report(node, what);
    } else if (ts.isImportEqualsDeclaration(node)) report(node, 'import … = require()');
    else if (ts.isImportTypeNode(node)) report(node, 'import() of a type: use an import declaration');
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      report(node, 'dynamic import');
    } else if (ts.isMetaProperty(node)) report(node, 'import.meta');
    else if (ts.isIdentifier(node) && isReference(node)) {
      if (IMPURE_NAMES.has(node.text)) report(node, node.text);
      else if (Object.hasOwn(PURE_MEMBERS, node.text)) {
        const what = judgeMember(node);
        if (what !== undefined) report(node, what);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return violations;
}

function judgeImport(
  node: ts.ImportDeclaration | ts.ExportDeclaration,
  mayImport: (specifier: string) => boolean,
): readonly string[] {
  if (node.moduleSpecifier === undefined || !ts.isStringLiteral(node.moduleSpecifier)) return [];
  const specifier = node.moduleSpecifier.text;
  if (specifier.startsWith('.')) return mayImport(specifier) ? [] : [`import of ${specifier}`];
  if (!Object.hasOwn(PURE_IMPORTS, specifier)) return [`import of ${specifier}`];
  const allowed = PURE_IMPORTS[specifier];
  if (allowed === undefined) return [];
  const names = importedNames(node);
  if (names === undefined) return [`import of all of ${specifier}`];
  return names.filter((name) => !allowed.includes(name)).map((name) => `import of ${name} from ${specifier}`);
}

/** The names as the module exports them; undefined where the whole module is taken. */
function importedNames(node: ts.ImportDeclaration | ts.ExportDeclaration): readonly string[] | undefined {
  if (ts.isImportDeclaration(node) && node.importClause?.name !== undefined) return undefined;
  const bindings = ts.isImportDeclaration(node) ? node.importClause?.namedBindings : node.exportClause;
  if (bindings === undefined || !(ts.isNamedImports(bindings) || ts.isNamedExports(bindings))) return undefined;
  return bindings.elements.map((element) => (element.propertyName ?? element.name).text);
}

/** True for an identifier that stands for a value, not for the name of a member, a label or a type. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isQualifiedName(parent) || ts.isTypeReferenceNode(parent)) return false;
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) return false;
  if (ts.isImportClause(parent) || ts.isNamespaceImport(parent) || ts.isNamespaceExport(parent)) return false;
  const named =
    ts.isPropertyAssignment(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isAccessor(parent) ||
    ts.isEnumMember(parent);
  return !(named && parent.name === node);
}

/** Why this use of `Date` or `Math` may read a clock or be random; undefined where it cannot. */
function judgeMember(node: ts.Identifier): string | undefined {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.expression === node) {
    const pure = PURE_MEMBERS[node.text]?.(parent.name.text) ?? false;
    return pure ? undefined : `${node.text}.${parent.name.text}`;
  }
  if (node.text === 'Date' && ts.isNewExpression(parent) && parent.expression === node) {
    return parent.arguments?.length ? undefined : 'new Date()';
  }
  if (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword) return undefined;
  return `${node.text} itself`;
}
