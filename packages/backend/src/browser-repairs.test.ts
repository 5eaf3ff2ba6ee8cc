import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { bundlePage } from "./bundle-page.test.helpers.ts";

/** What the repairs and the early release change, seen after `useBackend("cpu")`. */
const page = `
import { useBackend } from "@eddyflow/backend";
import { engine, grad, square, sum, tensor1d, zeros } from "@tensorflow/tfjs-core";
await useBackend("cpu");
console.log(JSON.stringify({
  emptySum: Array.from(await sum(zeros([2, 0]), 1).data()),
  emptyShape: sum(zeros([0, 3]), 0, true).shape,
  gradient: Array.from(await grad((x) => sum(square(x)))(tensor1d([1, 2])).data()),
  releasesEarly: Object.hasOwn(engine(), "addTapeNode"),
}));`;

/** Makes Node look like the worker of a page. */
const disguise = "delete globalThis.process; globalThis.WorkerGlobalScope = {};\n";

test.runIf(process.env["EDDYFLOW_BACKEND"] === "cpu")(
  "a backend that a page starts has the repairs of one that Node starts",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "eddyflow-page-"));
    try {
      const file = join(folder, "page.mjs");
      await writeFile(file, disguise + (await bundlePage(page)));
      const { stdout } = await promisify(execFile)(process.execPath, [file]);
      expect(JSON.parse(stdout)).toEqual({
        emptySum: [0, 0],
        emptyShape: [1, 3],
        gradient: [2, 4],
        releasesEarly: true,
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  },
  60_000,
);
