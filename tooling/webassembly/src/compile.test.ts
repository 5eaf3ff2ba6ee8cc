import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileKernels, generatedModule } from "./compile.ts";

test("the compiled kernels that are shipped are those of their source", async () => {
  expect(readFileSync(generatedModule, "utf8")).toBe(await compileKernels());
}, 60_000);
