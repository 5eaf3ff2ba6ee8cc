import { join, relative } from "node:path";
import { ArgumentError } from "@eddyflow/core";
import { refuseLink } from "@eddyflow/datasets";
import { type ImportOptions, planImport, runImport, surveyPlan } from "@eddyflow/formats";
import {
  commandLine,
  makeFolder,
  type ParsedFlags,
  progressBar,
  say,
  userPath,
} from "command-line";
import type { commandSpec } from "./command-spec.ts";
import { planText } from "./plan-text.ts";

type Typed = ParsedFlags<(typeof commandSpec)["flags"]>;

const files = (items: readonly string[]): readonly string[] => items.map(userPath);

/** `train=a.h5` names a file from where the person stands, as FILES do. */
function optionsOf({ flags, positionals, overrides }: Typed): ImportOptions {
  const { dataset, axes, channels, vectors, extent, boundary, dt, splits } = flags;
  return {
    // A name with "=" in it is a file too.
    files: files([...positionals, ...overrides]),
    ...(dataset && { datasets: dataset.flatMap((text) => text.split(",")) }),
    ...(axes && { axes: axes.join(",") }),
    ...(channels && { channels: channels.join(",") }),
    ...(vectors && { vectors }),
    ...(extent && { extent: extent.join(",") }),
    ...(boundary && { boundary: boundary.join(",") }),
    ...(dt !== undefined && { dt }),
    ...(splits && { splits: splits.join(","), from: userPath(".") }),
  };
}

/** Imports what the command line names: shows what is found, reads all of it once, and writes it. */
export async function runImporter(typed: Typed, signal: AbortSignal): Promise<void> {
  const { out } = typed.flags;
  const isDry = typed.flags["dry-run"] === true;
  if (out === undefined && !isDry) {
    throw new ArgumentError({
      problem: "nothing says where to write",
      expected: "--out DIR",
      remedy: "name a new folder, such as --out data/flow",
    });
  }
  const plan = await planImport(optionsOf(typed));
  const frames = Object.values(plan.parts)
    .flat()
    .reduce((sum, one) => sum + one.frames, 0);
  const watched = (label: string) => {
    const bar = progressBar(label, frames, { unit: "frames" });
    let done = 0;
    const onFrame = () => bar.update(++done);
    return { bar, watch: { signal, onFrame } };
  };
  const reading = watched("reading");
  const survey = await surveyPlan(plan, reading.watch);
  reading.bar.finish();
  say(planText(plan, survey));
  if (out === undefined || isDry) {
    say("nothing is written (--dry-run)");
    return;
  }
  const dir = userPath(out);
  await refuseLink(dir);
  await makeFolder(dir);
  const writing = watched("writing");
  const { kept, hasOwnExperiment } = await runImport(plan, survey, dir, writing.watch);
  writing.bar.finish();
  const short = relative(userPath("."), dir);
  const shown = short === "" || short.startsWith("..") ? dir : short;
  if (kept > 0) say(`${kept} trajectories were there already`);
  if (hasOwnExperiment) say(`${join(shown, "experiment.ts")} is another one, and stays as it is`);
  say(`next  ${commandLine("trainer", [shown, "velocity"])}`);
}
