import ts from 'typescript';

/** One import or re-export of a module. */
export interface ModuleImport {
  readonly specifier: string;
  /** Counted from 1. */
  readonly line: number;
  /** Whether nothing of it is left at run time. */
  readonly typeOnly: boolean;
  /** The imported names; empty for `*`, for side effects and for `import()`. */
  readonly names: readonly string[];
}

/** What a source file takes from elsewhere, and where it reads the environment. */
export interface SourceFacts {
  readonly imports: readonly ModuleImport[];
  /** Lines that read `process.env`. */
  readonly environmentLines: readonly number[];
}

/** Reads one TypeScript file. */
export function readSource(path: string, text: string): SourceFacts {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const imports: ModuleImport[] = [];
  const environmentLines: number[] = [];
  const lineOf = (node: ts.Node) => source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
  const take = (node: ts.Node, specifier: ts.Node | undefined, typeOnly: boolean, names: readonly string[]) => {
    if (specifier && ts.isStringLiteralLike(specifier))
      imports.push({ specifier: specifier.text, line: lineOf(node), typeOnly, names });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const bindings = node.importClause?.namedBindings;
      const elements = bindings && ts.isNamedImports(bindings) ? bindings.elements : [];
      const names = elements.map(({ name, propertyName }) => (propertyName ?? name).text);
      take(node, node.moduleSpecifier, node.importClause?.isTypeOnly ?? false, names);
    } else if (ts.isExportDeclaration(node)) {
      const elements = node.exportClause && ts.isNamedExports(node.exportClause) ? node.exportClause.elements : [];
      const names = elements.map(({ name, propertyName }) => (propertyName ?? name).text);
      take(node, node.moduleSpecifier, node.isTypeOnly, names);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      take(node, node.arguments[0], false, []);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      take(node, node.argument.literal, true, []);
    } else if (isProcess(node) && (isProperty(node, 'env') || takesProperty(node, 'env'))) {
      environmentLines.push(lineOf(node));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { imports, environmentLines };
}

function isProcess(node: ts.Node): boolean {
  return ts.isIdentifier(node) && node.text === 'process';
}

/** `process.env` and `process['env']`. */
function isProperty(node: ts.Node, name: string): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node && parent.name.text === name;
  return (
    ts.isElementAccessExpression(parent) &&
    parent.expression === node &&
    ts.isStringLiteralLike(parent.argumentExpression) &&
    parent.argumentExpression.text === name
  );
}

/** `const { env } = process`. */
function takesProperty(node: ts.Node, name: string): boolean {
  const { parent } = node;
  return (
    ts.isVariableDeclaration(parent) &&
    parent.initializer === node &&
    ts.isObjectBindingPattern(parent.name) &&
    parent.name.elements.some((element) => {
      const taken = element.propertyName ?? element.name;
      return ts.isIdentifier(taken) && taken.text === name;
    })
  );
}
