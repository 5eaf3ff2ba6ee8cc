import { join } from "node:path";
import { expect, test } from "vitest";
import { wordAfter } from "../word-after.test.helpers.ts";
import type { Place } from "./place.ts";
import { simulation } from "./simulate.ts";
import { training } from "./train.ts";

const root = join(import.meta.dirname, "../../../..");

async function teacherIn(precision?: Place["precision"]) {
  const place = { root, out: "out", ...(precision && { precision }) };
  const setting = { experiment: "ns2d", size: "small", overrides: [] } as const;
  const data = await simulation(setting, place, 1);
  const recipe = { method: "velocity", seed: 0, iterations: 2, settings: [], seconds: 1 };
  return training(place, { ...recipe, name: "teacher", data });
}

test("a training in mixed precision has a folder of its own and tells the trainer so", async () => {
  const [unsaid, float32, mixed] = await Promise.all(
    [undefined, "float32" as const, "mixed" as const].map(teacherIn),
  );
  expect(float32?.folder).toBe(unsaid?.folder);
  expect(mixed?.folder).not.toBe(unsaid?.folder);
  expect(unsaid?.args(false)).not.toContain("--precision");
  for (const begun of [false, true]) {
    expect(wordAfter(mixed?.args(begun) ?? [], "--precision")).toBe("mixed");
  }
});
