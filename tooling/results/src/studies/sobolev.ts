import type { Label, Study } from "../study.ts";
import { evaluation, type TrainedContestant } from "../work/evaluate.ts";
import { slugOf } from "../work/slug.ts";
import { trainings } from "../work/train.ts";
import { changeOf } from "./change-of.ts";
import { chosen } from "./chosen.ts";
import { demoRegime } from "./demo-regime.ts";
import { normSettings, parts } from "./norms.ts";

export const sobolev: Study = {
  name: "sobolev",
  title: "L2 and Sobolev norms at equal cost",
  question:
    "Does a Sobolev norm keep a model from blurring, and is a model better for it, when it learns from data and when it is distilled?",
  seeds: 3,
  cost: { evaluations: "24,000 for each model from data, 13,000 for each student", minutes: 42 },
  parts: parts.map(({ name }) => name),
  async plan({ place, extent, seeds, only }) {
    const { data, teacher } = await demoRegime({ place, extent });
    const contestants: TrainedContestant[] = [];
    const labels: Record<string, Label> = {};
    for (const part of extent.parts(chosen(parts, only))) {
      const { use, norm } = part;
      const runs = await trainings(place, seeds, {
        ...{ name: part.name, data, method: use.method },
        ...(use.distils && { teacher }),
        iterations: extent.iterations(use.iterations),
        settings: [...use.settings, ...normSettings(norm)],
        seconds: extent.seconds(use.seconds),
      });
      const name = slugOf(part.name);
      contestants.push({ name, runs, samplers: [use.sampler] });
      labels[name] = { method: part.name, budget: null };
    }
    return [
      {
        heading: "Norms",
        about:
          "The demo's regime and network. Models that learn from data have 500 iterations of 16 and eight midpoint steps; students of the demo's teacher 120 iterations, two Euler steps. β weighs the squares of gradients, constant or growing as t².",
        evaluation: evaluation(place, {
          ...{ name: "sobolev", title: "L2 and Sobolev norms at equal cost", data },
          contestants: [
            { name: "teacher", runs: [teacher], samplers: ["midpoint:50"] },
            ...contestants,
          ],
          ...extent.numbers({ members: 8, samples: 48, rollouts: 8, rolloutLength: 10 }),
          seconds: extent.seconds(250 + 12 * seeds * contestants.length),
        }),
        kept: contestants
          .filter(({ name }) => name === slugOf("distilled, β = 20"))
          .map((contestant) => ({ contestant, sampler: "euler:2" })),
        labels: { teacher: { method: "the demo's teacher", budget: null }, ...labels },
        columns: [
          ...["method", "NFE", "seeds", "high", "VRMSE", "distillation error"],
          ...["CRPS, one step", "CRPS, rollout"],
        ],
        pictures: [{ file: "spectrum-ratios.png", about: "Energy over that of the truth" }],
      },
    ];
  },
  answer: ([rows = []]) =>
    [
      {
        what: "Learnt from data, the energy at the highest wavenumbers, over the truth's,",
        ...{ of: "high", use: "trained" },
      },
      {
        what: "Distilled, the distance to the teacher's end points",
        ...{ of: "distillation error", use: "distilled" },
      },
    ]
      .map(({ what, of, use }) =>
        changeOf(rows, {
          ...{ what, of },
          from: { method: `${use}, L2`, words: "with L2" },
          to: [{ method: `${use}, β = 20`, words: "with β = 20" }],
        }),
      )
      .join(" "),
};
