import { existsSync } from "node:fs";
import { join } from "node:path";
import { availableBackends } from "@eddyflow/backend";
import { ArgumentError } from "@eddyflow/core";
import { type CommandSpec, formatDuration, helpText, parseFlags, runCommand } from "command-line";
import { demoExperiment, planDemo } from "./plan.ts";
import { runSteps } from "./run-steps.ts";

const root = join(import.meta.dirname, "../../..");
const folder = join("runs", "demo");

/** Measured time of the networks on each engine, relative to native TensorFlow on the same two cores. */
const slowdownOf: Readonly<Record<string, number>> = { tensorflow: 1, wasm: 3.5, cpu: 100 };

const spec = {
  name: "npm run demo --",
  about:
    "simulates a chaotic flow, trains a flow-matching teacher, distils it in three ways, and compares them with the solver.",
  usage: ["npm run demo [-- --quick] [--backend NAME]"],
  flags: {
    quick: {
      type: "boolean",
      about: "the same way in two minutes with too little of everything; its figures prove nothing",
    },
    backend: {
      type: "choice",
      choices: ["auto", "tensorflow-gpu", "tensorflow", "webgpu", "wasm", "cpu"],
      about: "the engine to compute on; without it the fastest that this machine has",
    },
  },
  notes: [
    `Writes ${join(folder, "report.html")}, pictures, a table and ${join(folder, "summary.json")}. Interrupted at any moment, the same command goes on where it stopped.`,
  ],
} satisfies CommandSpec;

await runCommand("demo", async ({ argv, signal }) => {
  const { flags, help, positionals, overrides } = parseFlags(argv, spec);
  if (help) {
    console.log(helpText(spec));
    return;
  }
  const [extra] = [...positionals, ...overrides];
  if (extra !== undefined) {
    throw new ArgumentError({
      problem: `the demo takes no "${extra}"`,
      expected: "--quick, --backend or nothing",
      remedy: "use npm run trainer -- --help for trainings of your own",
    });
  }
  const quick = flags.quick === true;
  const wanted = flags.backend ?? process.env["EDDYFLOW_BACKEND"] ?? "auto";
  const backend = wanted === "auto" ? (availableBackends()[0] ?? "cpu") : wanted;
  const again = `npm run demo${quick || flags.backend ? " --" : ""}${quick ? " --quick" : ""}${
    flags.backend ? ` --backend ${flags.backend}` : ""
  }`;
  const steps = planDemo({
    quick,
    backend: flags.backend ?? null,
    experiment: demoExperiment,
    folder,
    exists: (path) => existsSync(join(root, path)),
  });
  const slower = slowdownOf[backend] ?? 1;
  // The solver runs on no engine.
  const here = steps.map((step) => ({
    ...step,
    seconds: step.seconds * (step.app === "simulator" ? 1 : slower),
  }));
  const total = here.reduce((sum, { seconds }) => sum + seconds, 0);
  console.log(
    `The ${quick ? "quick " : ""}demo computes on ${backend} and takes about ${formatDuration(total)}.` +
      (quick ? " Its figures prove nothing: too little is trained." : ""),
  );
  if (!quick && slower > 1) {
    console.log(
      "That is long because native TensorFlow is not used; npm run demo -- --quick shows the whole way sooner.",
    );
  }

  await runSteps(here, {
    name: "demo",
    root,
    signal,
    goOn: {
      interrupted: `Continue with: ${again}`,
      failed: `; then continue with: ${again}`,
    },
  });
  console.log(`\nLook at ${join(folder, "report.html")}`);
});
