import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type CommandSpec, helpText, parseFlags, runCommand, userPath } from "command-line";

const commandSpec = {
  name: "startup",
  about: "times how long the apps take to start, each in a process of its own.",
  usage: ["node tooling/benchmarks/src/startup.ts [options]"],
  flags: {
    repeats: { type: "integer", value: "N", min: 1, about: "runs of each; 5 if not given" },
    json: { type: "string", value: "FILE", about: "write the seconds there too" },
  },
  notes: [
    "help: from the start of the process to its end with --help. begins: until the trainer announces its run, after imports, data, backend and network. done: until the first step has ended. The figures are minima of all runs, on data made at the beginning: 2 trajectories of 12 frames of 32 × 32.",
  ],
} as const satisfies CommandSpec;

const apps = ["simulator", "trainer", "evaluator"] as const;
/** The words of `pnpm --filter <app> start`, without pnpm. */
const starter = fileURLToPath(new URL("../../bootstrap/start.mjs", import.meta.url));

interface Timeline {
  readonly end: number;
  /** Seconds to the first output that matches each pattern. */
  readonly seen: readonly number[];
}

/** Runs `node words…` and notes when each pattern is first seen in what it prints. */
function time(
  words: readonly string[],
  folder: string,
  patterns: readonly RegExp[],
): Promise<Timeline> {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  const child = spawn(process.execPath, words, {
    cwd: folder,
    env: { ...process.env, INIT_CWD: folder },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const seen: number[] = patterns.map(() => Number.NaN);
  let output = "";
  const look = (chunk: Buffer) => {
    output += chunk.toString();
    for (const [i, pattern] of patterns.entries()) {
      if (Number.isNaN(seen[i]) && pattern.test(output)) seen[i] = seconds();
    }
  };
  child.stdout.on("data", look);
  child.stderr.on("data", look);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0 && !seen.some(Number.isNaN)) resolve({ end: seconds(), seen });
      else reject(new Error(`node ${words.join(" ")} ended with ${code}: ${output}`));
    });
  });
}

async function measure(repeats: number) {
  const folder = await mkdtemp(join(tmpdir(), "eddyflow-startup-"));
  try {
    const data = [
      ...["data.numPoints=64", "data.frames=12", "data.warmUp=4"],
      ...["train", "validation", "test"].map((split) => `data.trajectories.${split}=2`),
    ];
    await time(
      [starter, "simulator", "ks2d", "--size", "small", "--out", "data", ...data],
      folder,
      [],
    );
    const help: Record<string, number> = {};
    const training = { begins: Number.POSITIVE_INFINITY, done: Number.POSITIVE_INFINITY };
    for (let i = 0; i < repeats; i++) {
      for (const app of apps) {
        const { end } = await time([starter, app, "--help"], folder, []);
        help[app] = Math.min(help[app] ?? end, end);
      }
      const words = ["ks2d", "velocity", "--new", "--name", `run-${i}`, "--size", "small"];
      const { seen } = await time(
        [
          starter,
          "trainer",
          ...words,
          "--data",
          "data",
          "--max-iters",
          "1",
          "network.features=[8,16]",
        ],
        folder,
        [/\n {2}run /u, /step 1\/1 /u],
      );
      training.begins = Math.min(training.begins, seen[0] ?? Number.NaN);
      training.done = Math.min(training.done, seen[1] ?? Number.NaN);
    }
    return { help, training };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await runCommand("startup", async ({ argv }) => {
  const { flags, help } = parseFlags(argv, commandSpec);
  if (help) {
    process.stdout.write(helpText(commandSpec));
    return;
  }
  const seconds = await measure(flags.repeats ?? 5);
  for (const app of apps) {
    console.log(`${`${app} --help`.padEnd(24)}${seconds.help[app]?.toFixed(2)} s`);
  }
  console.log(`${"trainer, step begins".padEnd(24)}${seconds.training.begins.toFixed(2)} s`);
  console.log(`${"trainer, step done".padEnd(24)}${seconds.training.done.toFixed(2)} s`);
  if (flags.json !== undefined) {
    await writeFile(userPath(flags.json), `${JSON.stringify(seconds, null, 2)}\n`);
  }
});
