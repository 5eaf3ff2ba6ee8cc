import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { generatedModules } from "./compile.ts";

test("the compiled kernels that are shipped are those of their source", async () => {
  for (const { file, text } of generatedModules) {
    expect(readFileSync(file, "utf8")).toBe(await text());
  }
}, 60_000);
