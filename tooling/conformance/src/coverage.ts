import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as ops from "@eddyflow/ops";
import type { Case } from "./case.ts";
import type { BackendReport } from "./run-backend.ts";

/** What of TensorFlow.js computes nothing: its engine, its registries, its memory, its clock. */
const notOperations: ReadonlySet<string> = new Set([
  "Tensor",
  "backend_util",
  "copyRegisteredKernels",
  "customGrad",
  "dispose",
  "disposeVariables",
  "engine",
  "env",
  "findBackendFactory",
  "getBackend",
  "getGradient",
  "getKernel",
  "getKernelsForBackend",
  "grad",
  "grads",
  "keep",
  "memory",
  "nextFrame",
  "ready",
  "registerBackend",
  "registerGradient",
  "registerKernel",
  "removeBackend",
  "setBackend",
  "tidy",
  "unregisterGradient",
  "unregisterKernel",
  "util",
  "valueAndGrads",
  "variableGrads",
  "version_core",
]);

/** Names that `source` imports from tfjs-core to run them, and kernels that it runs by name. */
export function namesIn(source: string): readonly string[] {
  const names: string[] = [];
  const imports = /import\s+(?!type\b)([^;]*?)\s+from\s+"@tensorflow\/tfjs-core"/gu;
  for (const [, clause = ""] of source.matchAll(imports)) {
    const braces = /^\{([^}]*)\}$/su.exec(clause.trim());
    if (braces === null) {
      names.push(clause.trim());
      continue;
    }
    for (const part of (braces[1] as string).split(",")) {
      const [name = ""] = part.trim().split(/\s+as\s+/u);
      if (name !== "" && !name.startsWith("type ")) names.push(name);
    }
  }
  for (const [, name = ""] of source.matchAll(/\brunKernel(?:<[^>]*>)?\(\s*"(\w+)"/gu)) {
    names.push(name);
  }
  return names;
}

/** What the sources of our packages and programs use of TensorFlow.js, with a file that does. */
function usedOperations(root: string): ReadonlyMap<string, string> {
  const files = globSync("{packages,apps}/*/src/**/*.ts", { cwd: root }).filter(
    (file) => !/\.(test|test\.helpers|bench)\.ts$/u.test(file),
  );
  const used = new Map<string, string>();
  for (const file of files.sort()) {
    for (const name of namesIn(readFileSync(join(root, file), "utf8"))) {
      if (!notOperations.has(name) && !used.has(name)) used.set(name, file);
    }
  }
  return used;
}

/** What lacks a case: imports of TensorFlow.js, exports of `ops`, and kernels of `ops` that never ran. */
export function missingCases(
  root: string,
  cases: readonly Case[],
  reports: readonly BackendReport[],
): readonly string[] {
  const has = (isOurs: boolean, operation: string): boolean =>
    cases.some((one) => (one.group === "ops") === isOurs && one.operation === operation);
  const imports = [...usedOperations(root)]
    .filter(([name]) => !has(false, name))
    .map(([name, file]) => `no case for ${name} of TensorFlow.js, used in ${file}`);
  const exports = Object.entries(ops)
    .filter(([name, value]) => typeof value === "function" && !has(true, name))
    .map(([name]) => `no case for ${name} of @eddyflow/ops`);
  const ran = new Set(reports.flatMap(({ results }) => results.flatMap(({ kernels }) => kernels)));
  const kernels = Object.values(ops.kernelNames)
    .filter((kernel) => !ran.has(kernel))
    .map((kernel) => `no case ran the kernel ${kernel}`);
  return [...imports, ...exports, ...kernels];
}
