import { join } from "node:path";
import type { Study } from "../study.ts";
import { evaluation } from "../work/evaluate.ts";
import { simulation } from "../work/simulate.ts";
import { trainings } from "../work/train.ts";
import { changeOf } from "./change-of.ts";
import { chosen } from "./chosen.ts";

const parts = [
  { name: "deterministic", method: "deterministic", samplers: [] },
  {
    name: "velocity",
    method: "velocity",
    // 1 to 100 evaluations by Euler steps, and by midpoint steps, of which each has two.
    samplers: ["euler:1,2,5,10,20,100", "midpoint:1,2,5,10,50"],
  },
] as const;

export const deterministicLimit: Study = {
  name: "deterministic-limit",
  title: "Where the next state is nearly determined: flow matching beside regression",
  question:
    "Where the present state nearly determines the next one, does one Euler step of a velocity field match a regression of equal size and cost, and do 10 Euler or 5 midpoint steps suffice?",
  seeds: 3,
  cost: { evaluations: "28,800 for each model", minutes: 17 },
  parts: parts.map(({ name }) => name),
  async plan({ place, extent, seeds, only }) {
    const setting = extent.setting({
      experiment: join("tooling", "results", "src", "experiments", "ks2d-determined.ts"),
    });
    const data = await simulation(setting, place, extent.seconds(9));
    const contestants = await Promise.all(
      chosen(parts, only).map(async ({ name, method, samplers }) => ({
        ...{ name, samplers },
        runs: await trainings(place, seeds, {
          ...{ name, data, method, settings: [] },
          ...{ iterations: extent.iterations(600), seconds: extent.seconds(65) },
        }),
      })),
    );
    return [
      {
        heading: "Euler and midpoint steps beside regression",
        about:
          "The demo's system with every point seen and half a time unit between frames: 32² points on a box of 30. Both methods have the same network but for its first convolution, batches, learning rates and 600 iterations of 16. The errors are those of single members.",
        evaluation: evaluation(place, {
          ...{ name: "deterministic-limit", data, others: ["persistence"] },
          title: "A nearly determined flow: flow matching beside regression",
          contestants,
          // Few members, since scores of single members are compared: their mean is over 64 states and 160 steps of rollouts.
          ...extent.numbers({ members: 2, samples: 32, rollouts: 4, rolloutLength: 20 }),
          seconds: extent.seconds(210 * seeds),
        }),
        kept: contestants
          .filter(({ name }) => name === "deterministic")
          .map((contestant) => ({ contestant, sampler: null })),
        labels: {},
        pictures: [],
        columns: [
          "method",
          "sampler",
          "NFE",
          "seeds",
          "VRMSE",
          "VRMSE, rollout",
          "VRMSE, last step",
        ],
      },
    ];
  },
  answer: ([rows = []]) =>
    changeOf(rows, {
      ...{ what: "The VRMSE after one step", of: "VRMSE" },
      from: { method: "deterministic", words: "for the regression" },
      to: [
        { sampler: "euler:1", words: "for the velocity field with one Euler step" },
        { sampler: "euler:10", words: "with 10 Euler steps" },
        { sampler: "midpoint:5", words: "with 5 midpoint steps" },
      ].map((each) => ({ method: "velocity", ...each })),
    }),
};
