import { expect, test } from "vitest";
import { engineFile, importedEngines, withEngines } from "./engine-imports.ts";

const code = `import { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import glue from "@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.js";
import { engine } from "@tensorflow/tfjs-core";
await import("@tensorflow/tfjs");
const wasm = require("@tensorflow/tfjs-backend-wasm");
here("@tensorflow/tfjs-node/dist/register_all_kernels");
const packages = { cpu: "@tensorflow/tfjs-node" };`;

test("modules are told from packages that Node requires, and tfjs-core stays", () => {
  expect(importedEngines(code).map(engineFile)).toEqual([
    "tfjs-backend-wasm.js",
    "tfjs-backend-wasm-wasm-out-tfjs-backend-wasm.js",
    "tfjs.js",
  ]);
  expect(
    withEngines(code, "wasm/a.js"),
  ).toBe(`import { BackendWasm } from "../engines/tfjs-backend-wasm.js";
import glue from "../engines/tfjs-backend-wasm-wasm-out-tfjs-backend-wasm.js";
import { engine } from "@tensorflow/tfjs-core";
await import("../engines/tfjs.js");
const wasm = require("../engines/node/tfjs-backend-wasm");
here("../engines/node/tfjs-node/dist/register_all_kernels");
const packages = { cpu: "@tensorflow/tfjs-node" };`);
});

test("a file at the top of the package names the folder beside it", () => {
  expect(withEngines('await import("@tensorflow/tfjs-backend-cpu");', "a.js")).toBe(
    'await import("./engines/tfjs-backend-cpu.js");',
  );
});
