import type { Manifest } from "@eddyflow/checkpointing";
import { samplerNamed, samplerText } from "@eddyflow/samplers/descriptions";
import { expect, test } from "vitest";
import { equalCostSamplers } from "./equal-cost-samplers.ts";
import type { PlannedModel } from "./planned-model.ts";

const samplerOf = (text: string) => {
  const [name = "", steps] = text.split(":");
  return samplerNamed(name, Number(steps));
};

/** A velocity field of its own weights. */
const modelOf = (name: string, samplers: readonly string[]): PlannedModel => {
  const manifest = {
    networks: { student: { kind: "velocity" } },
    files: { "weights.safetensors": { sha256: name } },
  } as unknown as Manifest;
  return {
    ...{ name, samplers: samplers.map(samplerOf) },
    runs: [{ folder: "", networks: {}, manifest }],
  };
};

const textsOf = (own: string, ...students: readonly string[]) =>
  equalCostSamplers(
    modelOf("teacher", [own]),
    students.map((text) => modelOf(`student ${text}`, [text])),
  ).map(samplerText);

test("a teacher is run at each cost of its students, by Euler and midpoint steps", () => {
  expect(textsOf("midpoint:50", "euler:1", "euler:4")).toEqual([
    ...["euler:1", "euler:4", "midpoint:2"],
  ]);
});

test("of three steps and more cosine-spaced ones are tried too, and its own method", () => {
  expect(textsOf("rk4:25", "midpoint:6")).toEqual([
    ...["euler:12", "midpoint:6", "midpoint-cosine:6", "rk4:3"],
  ]);
  expect(textsOf("heun-cosine:10", "midpoint:4")).toEqual([
    ...["euler:8", "midpoint:4", "midpoint-cosine:4", "heun-cosine:4"],
  ]);
});

test("not at its own cost or above, and not where it has several budgets", () => {
  expect(textsOf("midpoint-cosine:6", "midpoint:6", "midpoint:8")).toEqual([]);
  const several = modelOf("teacher", ["midpoint:50", "euler:4"]);
  expect(equalCostSamplers(several, [modelOf("student", ["euler:1"])])).toEqual([]);
});
