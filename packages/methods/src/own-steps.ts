import type { Learner } from "./method.ts";

/** A model that learns just the steps that its sampler makes: the sampler, and what is saved of them, if there are any. */
export function ownSteps(sampler: Learner["sampler"]): Pick<Learner, "sampler" | "trainedOn"> {
  if (sampler.kind === "direct") return { sampler };
  const { times } = sampler;
  const widths = times.slice(1).map((end, i) => end - (times[i] as number));
  return {
    sampler,
    trainedOn: {
      increments: [Math.min(...widths), Math.max(...widths)],
      times,
      ...(sampler.kind === "integrate" && { tableau: sampler.tableau }),
    },
  };
}
