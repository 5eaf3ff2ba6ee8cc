import { posix } from "node:path";

/** What is loaded by `import`, in Node and in a page: TensorFlow.js's backends, and its gradients out of the union package. */
const imported =
  /(\bfrom\s*|\bimport\s*|(?<!typeof )\bimport\(\s*)"(@tensorflow\/tfjs(?:-backend-[\w./-]+)?)"/gu;

/** What only Node loads, by `require`, from files that stay as they are. */
const required =
  /"(@tensorflow\/(?:tfjs-backend-wasm(?:\/package\.json)?|tfjs-node\/dist\/\w+))"/gu;

/** The modules of TensorFlow.js that a compiled file imports, besides those of tfjs-core. */
export const importedEngines = (code: string): readonly string[] =>
  [...code.matchAll(imported)].map(([, , specifier]) => specifier as string);

/** Where a module that is imported lies in the folder of engines. */
export const engineFile = (specifier: string): string =>
  `${specifier.replace("@tensorflow/", "").replace(/\.js$/u, "").replaceAll("/", "-")}.js`;

/**
 * The compiled file at `path` of `dist`, with the folder `engines` there in place of the packages. What is required has a
 * folder of its own: Node takes `a.js` for `a` where it finds it first.
 */
export function withEngines(code: string, path: string): string {
  const to = (file: string) => {
    const relative = posix.relative(posix.dirname(path), posix.join("engines", file));
    return `"${relative.startsWith(".") ? relative : `./${relative}`}"`;
  };
  return code
    .replaceAll(
      imported,
      (_, before: string, specifier: string) => before + to(engineFile(specifier)),
    )
    .replaceAll(required, (_, specifier: string) =>
      to(`node/${specifier.replace("@tensorflow/", "")}`),
    );
}
