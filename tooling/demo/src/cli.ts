import { existsSync } from "node:fs";
import { join } from "node:path";
import { styleText } from "node:util";
import { availableBackends } from "@eddyflow/backend";
import { ArgumentError } from "@eddyflow/core";
import { type CommandSpec, formatDuration, helpText, parseFlags, runCommand } from "command-line";
import { planDemo } from "./plan.ts";
import { remainingSeconds } from "./remaining.ts";
import { runStep } from "./run-step.ts";

const root = join(import.meta.dirname, "../../..");
const folder = join("runs", "demo");

/** Measured time of the networks on each engine, relative to native TensorFlow on the same two cores. */
const slowdownOf: Readonly<Record<string, number>> = { tensorflow: 1, wasm: 3.5, cpu: 100 };

const spec = {
  name: "npm run demo --",
  about:
    "simulates a chaotic flow, trains a flow-matching teacher, distils it two ways, and compares them with the solver.",
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
    experiment: join("tooling", "demo", "src", "experiment.ts"),
    folder,
    exists: (path) => existsSync(join(root, path)),
  });
  const slower = slowdownOf[backend] ?? 1;
  const timed = steps.map(({ app, seconds }) => ({
    // The solver runs on no engine.
    expected: seconds * (app === "simulator" ? 1 : slower),
    taken: null as number | null,
  }));
  console.log(
    `The ${quick ? "quick " : ""}demo computes on ${backend} and takes about ${formatDuration(remainingSeconds(timed, 0))}.` +
      (quick ? " Its figures prove nothing: too little is trained." : ""),
  );
  if (!quick && slower > 1) {
    console.log(
      "That is long because native TensorFlow is not used; npm run demo -- --quick shows the whole way sooner.",
    );
  }

  for (const [i, step] of steps.entries()) {
    const left = formatDuration(remainingSeconds(timed, i));
    console.log(
      `\n${styleText("bold", `[${i + 1}/${steps.length}] ${step.title}`)} (about ${left} to the end)`,
    );
    const start = performance.now();
    const code = await runStep(step, {
      root,
      laterSeconds: remainingSeconds(timed, i + 1),
      signal,
    });
    if (signal.aborted || code === 130) {
      console.log(`\nInterrupted; what is done is kept. Continue with: ${again}`);
      process.exit(130);
    }
    if (code !== 0) {
      console.error(
        `\ndemo: the ${step.app} failed; what is done is kept; then continue with: ${again}`,
      );
      process.exit(code);
    }
    (timed[i] as { taken: number }).taken = (performance.now() - start) / 1000;
  }
  console.log(`\nLook at ${join(folder, "report.html")}`);
});
