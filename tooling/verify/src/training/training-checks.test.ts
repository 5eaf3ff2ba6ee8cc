import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jsonLinesLogger, tensorBoardLogger } from "@eddyflow/training/node";
import { expect, test } from "vitest";
import { readEvents } from "./read-events.ts";
import { differences, type RunFacts, readRun } from "./read-run.ts";
import { blockMeans, slopeOf } from "./slope.ts";
import { methodsInOrder } from "./trainings.ts";

test("the slope of a line with known errors, and its standard error", () => {
  // y = 1 + 2x + e with e = ±1, which x does not see: s² = 4/(4 − 2), Σ(x − x̄)² = 5.
  const errors = [1, -1, -1, 1];
  const points = errors.map((error, x) => ({ x, y: 1 + 2 * x + error }));
  const { value, standardError } = slopeOf(points);
  expect(value).toBeCloseTo(2, 12);
  expect(standardError).toBeCloseTo(Math.sqrt(2 / 5), 12);
  expect(blockMeans(points, 2)).toEqual([
    { x: 0.5, y: 2 },
    { x: 2.5, y: 6 },
  ]);
});

test("of two runs, what is missing, doubled or different is said", () => {
  const whole: RunFacts = {
    checkpoints: [3, 6],
    weights: { "weights.safetensors": "a" },
    rows: ['{"step":1}', '{"step":2}'],
    events: ["1 loss 1", "2 loss 2"],
  };
  expect(differences(whole, whole)).toEqual([]);
  const other = {
    checkpoints: [6],
    weights: { "weights.safetensors": "b" },
    rows: ['{"step":2}', '{"step":2}'],
    events: ["1 loss 1", "2 loss 2", "2 loss 2"],
  };
  expect(differences(other, whole)).toEqual([
    "the checkpoints are 6, not 3,6",
    "weights.safetensors has other bytes",
    'lacks 1 rows, such as {"step":1}',
    'has besides 1 rows, such as {"step":2}',
    "has besides 1 events, such as 2 loss 2",
  ]);
});

test("a run is read without what its clock said", async () => {
  const folder = await mkdtemp(join(tmpdir(), "eddyflow-read-run-"));
  await mkdir(join(folder, "checkpoints", "2"), { recursive: true });
  await writeFile(join(folder, "checkpoints", "2", "weights.safetensors"), "");
  for (const logger of [
    jsonLinesLogger(join(folder, "metrics.jsonl")),
    tensorBoardLogger(folder),
  ]) {
    logger.log(300, { loss: 0.5, "seconds/data": 0.1 });
    await logger.close();
  }
  expect(await readRun(folder)).toEqual({
    checkpoints: [2],
    weights: {
      "weights.safetensors": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    },
    rows: ['{"step":300,"loss":0.5}'],
    events: ["300 loss 0.5", "300 seconds/data"],
  });
  expect(readEvents(Buffer.alloc(0))).toEqual([]);
  await rm(folder, { recursive: true });
});

test("a method comes after those that teach it", () => {
  const names = methodsInOrder.map(({ name }) => name);
  for (const { name, needsTeacher, teachers = ["velocity"] } of methodsInOrder) {
    if (needsTeacher !== true) continue;
    expect(names.indexOf(teachers[0] as string), name).toBeLessThan(names.indexOf(name));
  }
});
