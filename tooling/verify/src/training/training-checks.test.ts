import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { key, normal } from "@eddyflow/random";
import { jsonLinesLogger, tensorBoardLogger } from "@eddyflow/training/node";
import { expect, test } from "vitest";
import { sideBySide } from "../side-by-side.ts";
import { lineReader } from "./line-reader.ts";
import { readEvents } from "./read-events.ts";
import { differences, type RunFacts, readRun } from "./read-run.ts";
import { blockMeans, driftOf, slopeOf } from "./slope.ts";
import { methodsInOrder } from "./trainings.ts";
import { momentOf } from "./until-moment.ts";

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

test("memory that grows with every step drifts, memory that grows once or only varies does not", () => {
  const noise = normal(key(5), 2000);
  const drift = (of: (i: number) => number) =>
    driftOf(
      Array.from({ length: 2000 }, (_, i) => ({ x: 10 * i, y: 100 + of(i) })),
      20,
    );
  const leaks = drift((i) => 1e-3 * i + 0.1 * (noise[i] as number));
  expect(leaks.value).toBeCloseTo(1e-4, 5);
  expect(leaks.value).toBeGreaterThan(10 * leaks.standardError);
  for (const { value, standardError } of [
    drift((i) => (i > 700 ? 3 : 0) + 0.1 * (noise[i] as number)),
    drift((i) => 0.1 * (noise[i] as number)),
    drift(() => 0),
  ]) {
    expect(value).toBeLessThanOrEqual(3 * standardError);
  }
});

test("a file that grows is read on from where it was, whole lines only", async () => {
  const path = join(await mkdtemp(join(tmpdir(), "eddyflow-lines-")), "log");
  const read = lineReader(path);
  expect(read()).toEqual([]);
  await writeFile(path, "a\nb\nc");
  expect(read()).toEqual(["a", "b"]);
  await appendFile(path, "d\n");
  expect(read()).toEqual(["cd"]);
  expect(read()).toEqual([]);
  await rm(dirname(path), { recursive: true });
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

test("a few moments already meet a run early and late, by the time and by changes of files", () => {
  const moments = { byTime: 0.5, milliseconds: 1000, changes: 100 };
  for (const seed of [0, 1, 2]) {
    const drawn = Array.from({ length: 12 }, (_, i) => momentOf(moments, key(seed), i));
    const times = drawn.filter(({ changes }) => changes === 0).map((each) => each.milliseconds);
    const bursts = drawn.filter(({ changes }) => changes > 0);
    expect(Math.abs(times.length - 6)).toBeLessThanOrEqual(1);
    expect(Math.min(...times)).toBeLessThan(300);
    expect(Math.max(...times)).toBeGreaterThan(700);
    expect(Math.min(...bursts.map(({ changes }) => changes))).toBeLessThan(10);
    expect(Math.max(...bursts.map(({ changes }) => changes))).toBeGreaterThan(50);
    for (const { milliseconds } of bursts) expect(milliseconds).toBeLessThan(4);
  }
});

test("tasks are at work side by side; where one fails, the others are told and waited for", async () => {
  const signal = new AbortController().signal;
  let [now, most, told] = [0, 0, 0];
  const task = (milliseconds: number) => async (own: AbortSignal) => {
    most = Math.max(most, ++now);
    await sleep(milliseconds);
    now--;
    if (own.aborted) told++;
    return milliseconds;
  };
  const done = async (tasks: readonly ReturnType<typeof task>[]) => {
    const results: number[] = [];
    for await (const result of sideBySide(tasks, signal, 2)) results.push(result);
    return results;
  };
  expect(await done([task(30), task(1), task(2)])).toEqual([1, 2, 30]);
  expect(most).toBe(2);
  const fails = async () => {
    throw new Error("it fails");
  };
  await expect(done([task(20), fails, task(1)])).rejects.toThrow("it fails");
  expect([now, told]).toEqual([0, 1]);
});

test("a method comes after those that teach it", () => {
  const names = methodsInOrder.map(({ name }) => name);
  for (const { name, needsTeacher, teachers = ["velocity"] } of methodsInOrder) {
    if (needsTeacher !== true) continue;
    expect(names.indexOf(teachers[0] as string), name).toBeLessThan(names.indexOf(name));
  }
});
