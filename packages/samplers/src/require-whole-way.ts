import { ArgumentError, type SamplerDescription } from "@eddyflow/core";
import { intervalsOf } from "./intervals-of.ts";

/**
 * Refuses a sampler that does not carry noise all the way to data.
 *
 * @throws ArgumentError for flow times that do not rise from 0 to 1.
 */
export function requireWholeWay(sampler: SamplerDescription): void {
  if (sampler.kind === "direct") return;
  const { times } = sampler;
  intervalsOf(times);
  if (times[0] === 0 && times.at(-1) === 1) return;
  throw new ArgumentError({
    problem: `a sampler cannot go along [${times.join(", ")}]`,
    expected: "flow times that rise from 0, noise, to 1, data",
    remedy: "use uniformTimes(steps); integrate and jump go a part of the way",
  });
}
