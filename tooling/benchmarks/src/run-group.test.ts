import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Group } from "./plan.ts";
import { runGroup } from "./run-group.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "eddyflow-"));
});
afterAll(() => rm(folder, { recursive: true }));

const group: Group = {
  name: "rate",
  title: "rate",
  isLong: false,
  engines: [],
  cases: [{ name: "rate/product", work: { kind: "product", size: 2 }, runs: 2 }],
};

/** An engine that answers with `answers`, an expression of the request `r`. */
async function engine(name: string, answers: string) {
  const file = join(folder, `${name}.mjs`);
  await writeFile(
    file,
    `import { createInterface } from "node:readline";
     console.log("a library greets");
     console.log(JSON.stringify({ ready: "test engine" }));
     for await (const line of createInterface({ input: process.stdin })) {
       const r = JSON.parse(line);
       console.log(JSON.stringify(${answers}));
     }`,
  );
  return { name, command: process.execPath, args: [file] };
}

const answersWith = (difference: string) =>
  `r.request === "prepare" ? { difference: ${difference} }
   : r.request === "memory" ? { peakBytes: 7 }
   : { milliseconds: Array.from({ length: r.repeats }, (_, i) => i === 0 ? 9 : 3) }`;

const run = (commands: Parameters<typeof runGroup>[1]) =>
  runGroup(group, commands, {
    pace: { rounds: 2, turnSeconds: 0.01 },
    folder,
    signal: new AbortController().signal,
    onProgress: () => {},
  });

test("engines take turns, and the first run of a turn does not count", async () => {
  const { timings, runs, failed } = await run([await engine("a", answersWith("null"))]);
  expect(failed).toEqual([]);
  expect(timings).toMatchObject([{ name: "rate/product", engine: "a", firstMilliseconds: 9 }]);
  expect(timings[0]?.milliseconds).toEqual([3, 3, 3, 3]);
  expect(runs).toMatchObject([{ engine: "a", about: "test engine", peakBytes: 7 }]);
});

test("an engine that computes something else, dies or is not there is left out with its reason", async () => {
  const { timings, failed } = await run([
    await engine("right", answersWith("1e-6")),
    await engine("wrong", answersWith("0.5")),
    await engine("refusing", '({ error: "out of memory" })'),
    await engine("dying", 'process.stderr.write("no such unit\\n") && process.exit(3)'),
    { name: "absent", command: join(folder, "nothing"), args: [] },
  ]);
  expect(timings.map(({ engine }) => engine)).toEqual(["right"]);
  expect(failed.map(({ engine }) => engine)).toEqual(["wrong", "refusing", "dying", "absent"]);
  expect(failed[0]?.reason).toContain("not the same work");
  expect(failed[1]?.reason).toBe("out of memory");
  expect(failed[2]?.reason).toContain("no such unit");
  expect(failed[3]?.reason).toContain("ENOENT");
});
