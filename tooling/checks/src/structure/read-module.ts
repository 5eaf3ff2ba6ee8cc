import { parseSync, type StaticExportEntry, type StaticImportEntry, Visitor } from "oxc-parser";

/** One import of a module, static or dynamic, or an export from another module. */
interface ModuleImport {
  readonly from: string;
  /** Names as the other module exports them; "*" where it may be any. None where it is imported for its effect. */
  readonly names: readonly string[];
  /** Whether nothing of it is there when the code runs. */
  readonly isType: boolean;
  readonly isDynamic: boolean;
}

/** One name that a module exports. */
interface ModuleExport {
  readonly name: string;
  readonly kind: "type" | "value";
  /** Where the name comes from, if not from the module itself: the other module and its name there. */
  readonly from: { readonly module: string; readonly name: string } | null;
  /** Names of types that the signature mentions, itself or by types of the same module; not the bodies of functions. */
  readonly mentions: readonly string[];
}

/** What a module takes and gives. */
export interface ModuleRecord {
  readonly imports: readonly ModuleImport[];
  readonly exports: readonly ModuleExport[];
}

/**
 * The imports and exports in the text of a module, TypeScript or JavaScript.
 *
 * @throws Error for a text that does not parse and for `export * from`: name what is exported.
 */
export function readModule(path: string, text: string): ModuleRecord {
  const parsed = parseSync(path, text);
  const [error] = parsed.errors;
  if (error !== undefined) throw new Error(`${path}: ${error.message}`);
  const { staticImports, staticExports, dynamicImports } = parsed.module;
  const entries = staticExports.flatMap((statement) => statement.entries);
  const imports: ModuleImport[] = staticImports.map(({ moduleRequest, entries }) => ({
    from: moduleRequest.value,
    names: entries.map(importedName),
    isType: entries.length > 0 && entries.every(({ isType }) => isType),
    isDynamic: false,
  }));
  for (const { moduleRequest, importName, isType } of entries) {
    if (moduleRequest === null) continue;
    const names = [importName.name ?? "*"];
    imports.push({ from: moduleRequest.value, names, isType, isDynamic: false });
  }
  // The syntax tree is slow to get: only where something needs it.
  const isOwn = entries.some(({ moduleRequest }) => moduleRequest === null);
  const types = isOwn ? signatures(parsed.program) : new Map<string, readonly string[]>();
  if (dynamicImports.length > 0 || /\bimport\(/u.test(text)) {
    imports.push(...laterImports(parsed.program));
  }
  return { imports, exports: entries.map((entry) => exported(path, entry, types)) };
}

const importedName = ({ importName }: StaticImportEntry): string =>
  importName.name ?? (importName.kind === ("Default" as string) ? "default" : "*");

function exported(
  path: string,
  { moduleRequest, importName, exportName, localName, isType }: StaticExportEntry,
  types: ReadonlyMap<string, readonly string[]>,
): ModuleExport {
  if (exportName.name === null && exportName.kind === ("None" as string)) {
    throw new Error(`${path}: export * hides what is exported; name each`);
  }
  const name = exportName.name ?? "default";
  return {
    name,
    kind: isType ? "type" : "value",
    from: moduleRequest && { module: moduleRequest.value, name: importName.name ?? "*" },
    mentions: [...reached(localName.name ?? name, types)],
  };
}

/** Types that a declaration mentions, and those that these mention in turn. */
function reached(
  name: string,
  types: ReadonlyMap<string, readonly string[]>,
  found: Set<string> = new Set(),
): ReadonlySet<string> {
  for (const type of types.get(name) ?? []) {
    if (found.has(type)) continue;
    found.add(type);
    reached(type, types, found);
  }
  return found;
}

type Program = ReturnType<typeof parseSync>["program"];
interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as Node).type === "string";

/** Types that each declaration of a module mentions where a reader of its `.d.ts` sees them. */
function signatures({ body }: Program): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const statement of body as unknown as readonly Node[]) {
    const node = isNode(statement["declaration"]) ? statement["declaration"] : statement;
    const declarations =
      node.type === "VariableDeclaration" ? (node["declarations"] as readonly Node[]) : [node];
    for (const declaration of declarations) {
      const { name } = (declaration["id"] ?? {}) as { readonly name?: string };
      if (name !== undefined) found.set(name, [...new Set(typeNames(declaration))]);
    }
  }
  return found;
}

/** Where code stands that a `.d.ts` leaves out. */
const bodies = new Set(["BlockStatement", "FunctionBody"]);

function typeNames(node: Node): readonly string[] {
  if (bodies.has(node.type)) return [];
  const names: string[] = [];
  if (node.type === "TSTypeReference" || node.type === "TSTypeQuery") {
    const { name } = ((node["typeName"] ?? node["exprName"]) as { readonly name?: string }) ?? {};
    if (name !== undefined) names.push(name);
  }
  if (node.type === "TSInterfaceHeritage" || node.type === "TSClassImplements") {
    const { name } = node["expression"] as { readonly name?: string };
    if (name !== undefined) names.push(name);
  }
  for (const child of Object.values(node).flat()) {
    if (isNode(child)) names.push(...typeNames(child));
  }
  return names;
}

/** Imports by `import("…")`: of values when the code runs, or of types. */
function laterImports(program: Program): readonly ModuleImport[] {
  const found: ModuleImport[] = [];
  const picked = new Map<unknown, readonly string[]>();
  new Visitor({
    VariableDeclarator({ id, init }) {
      if (id.type !== "ObjectPattern" || init?.type !== "AwaitExpression") return;
      const names = id.properties.map((property) =>
        property.type === "Property" && property.key.type === "Identifier"
          ? property.key.name
          : "*",
      );
      picked.set(init.argument, names);
    },
    ImportExpression(node) {
      if (node.source.type !== "Literal" || typeof node.source.value !== "string") return;
      const names = picked.get(node) ?? ["*"];
      found.push({ from: node.source.value, names, isType: false, isDynamic: true });
    },
    TSImportType({ source }) {
      found.push({ from: source.value, names: ["*"], isType: true, isDynamic: true });
    },
  }).visit(program);
  return found;
}
