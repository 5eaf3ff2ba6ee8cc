// Writes the reference of every public package, made of its docstrings: `node reference.ts FOLDER`, a page a package.
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { Application } from "typedoc";
import type { PluginOptions } from "typedoc-plugin-markdown";

const [out] = process.argv.slice(2);
if (out === undefined) throw new Error("name the folder that the pages go to");
const root = join(import.meta.dirname, "..");

const markdownOptions: Partial<PluginOptions> = {
  entryFileName: "index.md",
  hidePageHeader: true,
  hideBreadcrumbs: true,
  // Vue would take "<" and "{" of a docstring for its own.
  sanitizeComments: true,
  // Some names differ in their capitals alone, which the anchors of headings do not tell apart.
  useHTMLAnchors: true,
  anchorPrefix: "export-",
  useCodeBlocks: true,
  expandParameters: true,
  parametersFormat: "table",
  interfacePropertiesFormat: "table",
  typeDeclarationFormat: "table",
  tableColumnSettings: { hideSources: true, hideModifiers: true, leftAlignHeaders: true },
};

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
}

/** The file behind each name that a package can be imported by. */
const entries = new Map(
  globSync("packages/*/package.json", { cwd: root })
    .sort()
    .flatMap((path) => {
      const manifest: Manifest = JSON.parse(readFileSync(join(root, path), "utf8"));
      if (manifest.private === true) return [];
      return Object.entries(manifest.exports).flatMap(([subpath, target]) => {
        const file = typeof target === "string" ? target : target.default;
        if (!file.endsWith(".ts")) return [];
        return [[join(root, dirname(path), file), manifest.name + subpath.slice(1)] as const];
      });
    }),
);

const app = await Application.bootstrapWithPlugins({
  name: "Reference",
  out,
  plugin: ["typedoc-plugin-markdown"],
  router: "module",
  entryPoints: [...entries.keys()],
  tsconfig: join(import.meta.dirname, "tsconfig.reference.json"),
  displayBasePath: root,
  readme: "none",
  disableGit: true,
  sourceLinkTemplate: "https://github.com/eddyflow/eddyflow/blob/main/{path}#L{line}",
  // What zod and TensorFlow.js document themselves.
  excludeExternals: true,
  excludePrivate: true,
  excludeInternal: true,
  groupOrder: ["Functions", "Variables", "Type Aliases", "Interfaces", "Classes"],
  logLevel: "Warn",
  ...markdownOptions,
});
const project = await app.convert();
if (project === undefined) throw new Error("typedoc found no reference; its messages are above");
for (const module of project.children ?? []) {
  const source = module.sources?.[0]?.fullFileName ?? "";
  const name = entries.get(source);
  if (name === undefined) throw new Error(`${relative(root, source)} is no entry point`);
  module.name = name;
}
await app.generateOutputs(project);
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exitCode = 1;
