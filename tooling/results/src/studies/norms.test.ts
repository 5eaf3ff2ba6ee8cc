import { join } from "node:path";
import { demoExperiment } from "demo";
import { expect, test } from "vitest";
import { configOf } from "../work/config-of.ts";
import { normSettings, parts } from "./norms.ts";

const root = join(import.meta.dirname, "../../../..");

test("all norms of a use have equal iterations, settings and samplers", () => {
  for (const use of new Set(parts.map((part) => part.use))) {
    expect(parts.filter((part) => part.use === use)).toHaveLength(parts.length / 2);
  }
});

test.each([
  ["L2", { kind: "l2" }],
  ["β = 1", { kind: "sobolev", alpha: 1, alphaPower: 0, beta: 1, timePower: 0 }],
  ["β = t²", { kind: "sobolev", alpha: 1, alphaPower: 0, beta: 1, timePower: 2 }],
  ["β = 20", { kind: "sobolev", alpha: 1, alphaPower: 0, beta: 20, timePower: 0 }],
  ["β = 20 t²", { kind: "sobolev", alpha: 1, alphaPower: 0, beta: 20, timePower: 2 }],
])("the recipe of %s is the one that its name says", async (name, recipe) => {
  const part = parts.find(({ norm, use }) => norm.name === name && use.method === "velocity");
  const setting = { experiment: demoExperiment, size: "full", overrides: [] } as const;
  const keys = normSettings(part?.norm as NonNullable<typeof part>["norm"]);
  const { models } = await configOf(
    root,
    setting,
    keys.map((text) => `models.velocity.${text}`),
  );
  expect(models.velocity?.norm).toMatchObject(recipe);
});
