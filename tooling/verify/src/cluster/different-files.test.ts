import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { differentFiles } from "./different-files.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "eddyflow-files-"));
  await mkdir(join(folder, "right/deep"), { recursive: true });
  for (const name of ["a", "deep/b", "deep/c"]) await writeFile(join(folder, "right", name), name);
  await cp(join(folder, "right"), join(folder, "copy"), { recursive: true });
});
afterAll(() => rm(folder, { recursive: true }));

test("a copy has the same files, and what is changed, missing or left over is named", async () => {
  const [copy, right] = [join(folder, "copy"), join(folder, "right")];
  expect(await differentFiles(copy, right)).toEqual({ files: 3, wrong: [] });
  await writeFile(join(copy, "a"), "A");
  await rm(join(copy, "deep/b"));
  await writeFile(join(copy, "deep/.partial"), "");
  expect(await differentFiles(copy, right)).toEqual({
    files: 3,
    wrong: ["a has other bytes", "deep/b is missing", "deep/.partial is left over"],
  });
});
