import { isEddyflowError } from "@eddyflow/core";
import { noOwnValues } from "command-line";
import { expect, test } from "vitest";
import { checkConfig } from "./check-config.ts";
import { usedConfig } from "./run-config.ts";

const config = {
  version: 2,
  created: "2026-11-23T10:00:00.000Z",
  size: "small",
  method: "flow",
  experiment: { name: "ks2d", models: { flow: {} } },
  precision: "float32",
  data: "../../data",
  teacher: { checkpoint: "../velocity/a/checkpoints/7", sha256: "ab" },
};

test("a stored configuration is used as it is", () => {
  expect(() => checkConfig(config, "runs/a")).not.toThrow();
  expect(() => checkConfig({ ...config, teacher: null, stages: [{}] }, "runs/a")).not.toThrow();
  const data = { train: "a", validation: "b", test: "c" };
  expect(() =>
    checkConfig({ ...config, data, start: { checkpoint: "a" } }, "runs/a"),
  ).not.toThrow();
});

test("a key of another type, or none, is named in one line", async () => {
  for (const value of [undefined, 7, [], {}, [[null]], true, "\u001b[31m"]) {
    for (const key of ["size", "experiment", "precision", "data", "teacher", "method", "stages"]) {
      if (key === "method" && (value === undefined || typeof value === "string")) continue;
      if (key === "stages" && (value === undefined || String(value) === "")) continue;
      if (key === "data" && typeof value === "string") continue;
      const used = usedConfig({ ...config, [key]: value }, "runs/a", noOwnValues);
      const error = await used.catch((reason: unknown) => reason);
      expect(isEddyflowError(error, "CheckpointError"), `${key} ${value} ${error}`).toBe(true);
      expect((error as Error).message).toContain(
        `"${key}" in the configuration of the run runs/a is `,
      );
    }
  }
  expect(() => checkConfig(null, "runs/a")).toThrow('"created" in the configuration');
});
