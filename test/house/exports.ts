import ts from 'typescript';
import { resolve } from './layers.ts';

/** What one file says of exported names. */
export interface FileNames {
  /** What it exports. */
  readonly exported: readonly string[];
  /** The exports of other files that it imports, as `path#name`; `path#*` for all of them. */
  readonly used: readonly string[];
}

/** The exported names that a file declares and uses; `path` is from the root. */
export function namesOf(path: string, text: string): FileNames {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  const used: string[] = [];
  const use = (specifier: string, name: string): void => {
    if (specifier.startsWith('.')) used.push(`${resolve(path, specifier)}#${name}`);
  };
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) continue;
    const from = statement.moduleSpecifier;
    if (!from || !ts.isStringLiteral(from)) continue;
    const bindings = ts.isImportDeclaration(statement) ? statement.importClause?.namedBindings : undefined;
    if (bindings && ts.isNamedImports(bindings)) {
      for (const { propertyName, name } of bindings.elements) use(from.text, (propertyName ?? name).text);
    } else use(from.text, '*');
  }
  for (const [, specifier = ''] of text.matchAll(/\bimport\(\s*'([^']+)'/g)) use(specifier, '*');
  return { exported: file.statements.flatMap(exportedBy), used };
}

function exportedBy(statement: ts.Statement): readonly string[] {
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  if (!modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : []));
  }
  const isNamed =
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement);
  return isNamed && statement.name ? [statement.name.text] : [];
}

/**
 * The exports of the files under `folder` that neither another file nor their own has a use for, as `path#name`. One
 * that only its own file uses may be a shape that others name, or there to be tested by itself.
 */
export function findUnusedExports(files: ReadonlyMap<string, string>, folder: string): readonly string[] {
  const names = [...files].map(([path, text]) => ({ path, text, ...namesOf(path, text) }));
  const used = new Set(names.flatMap((each) => each.used));
  return names
    .filter(({ path }) => path.startsWith(folder) && !used.has(`${path}#*`))
    .flatMap(({ path, text, exported }) =>
      exported
        .filter((name) => !used.has(`${path}#${name}`) && timesNamed(name, text) < 2)
        .map((name) => `${path}#${name}`),
    );
}

/** How often the code has the name; comments do not count. */
function timesNamed(name: string, text: string): number {
  const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  return code.match(new RegExp(`\\b${name}\\b`, 'g'))?.length ?? 0;
}
