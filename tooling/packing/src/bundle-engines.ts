import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type BuildOptions, build, type Plugin } from "rolldown";
import { engineFile, importedEngines, withEngines } from "./engine-imports.ts";

/** The packages of TensorFlow.js hold every module five times, with tests; what is imported of them is a tenth. */
const core = /^@tensorflow\/tfjs-core$/u;

/** The union package without its layers, converters and further backends: gradients and `x.add(y)`. */
const gradients = [
  "@tensorflow/tfjs-core/dist/register_all_gradients",
  "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops",
];

/** All that is loaded of tfjs-node: the classes and kernels that call an addon. */
const nativeModules = "@tensorflow/tfjs-node";

/** What is bundled where `specifier` is loaded. */
function entryCode(specifier: string): string {
  if (specifier === "@tensorflow/tfjs") {
    return gradients.map((module) => `import "${module}";`).join("\n");
  }
  if (specifier === nativeModules) {
    return `import "${specifier}/dist/register_all_kernels";
      export { NodeJSKernelBackend } from "${specifier}/dist/nodejs_kernel_backend";`;
  }
  return specifier.includes("/wasm-out/")
    ? `export { default } from "${specifier}";`
    : `export * from "${specifier}";`;
}

/** Entries by their specifiers, resolved as from a file of `folder`. */
const entries = (folder: string): Plugin => ({
  name: "entries",
  resolveId(id, importer) {
    if (id.startsWith("entry:"))
      return { id: join(folder, "src", `${encodeURIComponent(id)}.js`), moduleSideEffects: true };
    if (id === "@tensorflow/tfjs" && importer !== undefined)
      return { id: "@tensorflow/tfjs-core", external: true };
    return null;
  },
  load(id) {
    const [, specifier] = /\/src\/entry%3A(.+)\.js$/u.exec(id) ?? [];
    return specifier === undefined ? null : entryCode(decodeURIComponent(specifier));
  },
});

/**
 * Puts what the built package at `folder` uses of TensorFlow.js's backends into `dist/engines`, and names it there, so that
 * one who installs the package needs tfjs-core alone.
 */
export async function bundleEngines(folder: string): Promise<void> {
  const dist = join(folder, "dist");
  const engines = join(dist, "engines");
  await rm(engines, { recursive: true, force: true });
  const sources = await read(join(folder, "src"), (file) => /(?<!\.test)\.ts$/u.test(file));
  const specifiers = [...new Set(sources.flatMap(({ text }) => importedEngines(text)))];
  const options: BuildOptions = {
    external: [core],
    plugins: [entries(folder)],
    logLevel: "warn",
    cwd: folder,
  };
  await build({
    ...options,
    input: Object.fromEntries(
      specifiers.map((name) => [engineFile(name).slice(0, -3), `entry:${name}`]),
    ),
    resolve: { mainFields: ["module", "main"] },
    output: { dir: engines, format: "esm", chunkFileNames: "chunk-[hash].js" },
  });
  const require = createRequire(join(folder, "package.json"));
  await build({
    ...options,
    platform: "node",
    input: { index: `entry:${nativeModules}` },
    output: { dir: join(engines, "node/tfjs-node/dist"), format: "cjs" },
  });
  await copyWasm(
    dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")),
    join(engines, "node/tfjs-backend-wasm"),
  );
  const texts = {
    "package.json": `${JSON.stringify({ type: "commonjs" })}\n`,
    "dist/register_all_kernels.js": 'require("./index.js");\n',
    "dist/nodejs_kernel_backend.js": 'module.exports = require("./index.js");\n',
  };
  for (const [file, text] of Object.entries(texts)) {
    await writeFile(join(engines, "node/tfjs-node", file), text);
  }
  for (const { file, text } of await read(dist, (name) => /^(?!engines\/).*\.js$/u.test(name))) {
    const own = withEngines(text, file);
    if (own !== text) await writeFile(join(dist, file), own);
  }
}

/** The files below a folder whose paths there are wanted. */
async function read(folder: string, wanted: (file: string) => boolean) {
  const files = (await readdir(folder, { recursive: true })).filter(wanted);
  return Promise.all(
    files.map(async (file) => ({ file, text: await readFile(join(folder, file), "utf8") })),
  );
}

/** What Node loads of tfjs-backend-wasm: its code with SIMD, with and without threads. */
async function copyWasm(from: string, to: string): Promise<void> {
  const files = [
    "dist/tf-backend-wasm.node.js",
    "dist/tfjs-backend-wasm-simd.wasm",
    "dist/tfjs-backend-wasm-threaded-simd.wasm",
    "wasm-out/tfjs-backend-wasm-threaded-simd.js",
    "wasm-out/tfjs-backend-wasm-threaded-simd.worker.js",
  ];
  for (const file of files) {
    await mkdir(dirname(join(to, file)), { recursive: true });
    await cp(join(from, file), join(to, file));
  }
  const manifest = { type: "commonjs", main: "dist/tf-backend-wasm.node.js" };
  await writeFile(join(to, "package.json"), `${JSON.stringify(manifest)}\n`);
}
