import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { withoutLauncher } from "@eddyflow/parallel/node";
import { type CommandSpec, makeFolder, onlyFlags, runCommand, userPath } from "command-line";
import { describeMachine } from "../machine.ts";

const run = promisify(execFile);

const spec = {
  name: "pnpm bench:parallel",
  about:
    "the sum over ranks beside the same MPI_Allreduce in C, and steps of training by one process and by several. On an idle machine.",
  usage: ["pnpm bench:parallel [--quick] [--json FILE]"],
  flags: {
    quick: { type: "boolean", about: "a few calls and steps, to see that it works" },
    json: { type: "string", value: "FILE", about: "write all times there" },
  },
} as const satisfies CommandSpec;

/** By Debian's names, with the compiler of the same library. */
const families = [
  {
    name: "Open MPI",
    mpirun: "mpirun.openmpi",
    mpicc: "mpicc.openmpi",
    options: ["--oversubscribe", "--allow-run-as-root"],
  },
  { name: "MPICH", mpirun: "mpirun.mpich", mpicc: "mpicc.mpich", options: [] },
] as const;

/** Numbers of parameters: of ns2d, and of a network four times as large. */
const counts = ["2082076", "8500000"];

const onPath = (program: string): boolean =>
  (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, program)));

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

const script = (name: string) => join(import.meta.dirname, `${name}.ts`);

/** The numbers on each line of a program's output. */
async function linesOf(program: string, words: readonly string[]): Promise<readonly number[][]> {
  // One thread each, in C and in Node, so that several ranks have a core each where there are as many.
  const env = { ...withoutLauncher(), OMP_NUM_THREADS: "1" };
  const { stdout } = await run(program, [...words], { env });
  return stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/u).map(Number));
}

await runCommand("bench:parallel", async ({ argv }) => {
  const flags = onlyFlags(argv, spec);
  if (flags === null) return;
  if (flags.json !== undefined) await makeFolder(dirname(userPath(flags.json)));
  const [calls, steps, warmUp] = flags.quick ? [6, 4, 1] : [60, 40, 5];
  const timed = (values: readonly number[]) => median(values.slice(warmUp));
  const folder = await mkdtemp(join(tmpdir(), "eddyflow-bench-parallel-"));
  const found: Record<string, unknown> = { machine: describeMachine() };
  const say = (text: string) => process.stdout.write(`${text}\n`);
  try {
    const stepsOf = async (program: string, before: readonly string[], path: string) => {
      const words = [...before, script("steps"), String(steps), "1", path];
      const lines = await linesOf(program, words);
      return {
        step: timed(lines.map(([step = Number.NaN]) => step)),
        reduction: timed(lines.map(([, reduction = Number.NaN]) => reduction)),
      };
    };
    const plain = await stepsOf(process.execPath, [], "plain");
    const alone = await stepsOf(process.execPath, [], "shared");
    found["one process"] = { plain, alone };
    say(
      `one process, batch 1: ${plain.step.toFixed(1)} ms a step, ${alone.step.toFixed(1)} ms as one rank`,
    );
    for (const { name, mpirun, mpicc, options } of families) {
      if (!onPath(mpirun) || !onPath(mpicc)) {
        say(`${name} left out: ${mpirun} and ${mpicc} are not both on this machine`);
        continue;
      }
      const program = join(folder, `all-reduce-${mpicc}`);
      await run(mpicc, ["-O2", "-o", program, join(import.meta.dirname, "all-reduce.c")]);
      for (const ranks of [2, 4]) {
        const before = [...options, "-n", String(ranks)];
        const sums = [String(calls), ...counts];
        const inC = await linesOf(mpirun, [...before, program, ...sums]);
        const own = await linesOf(mpirun, [
          ...before,
          process.execPath,
          script("all-reduce"),
          ...sums,
        ]);
        for (const [i, count] of counts.entries()) {
          const [c, ours] = [inC, own].map((lines) => timed((lines[i] ?? []).slice(1))) as [
            number,
            number,
          ];
          say(
            `${name}, ${ranks} ranks, ${count} floats: ${ours.toFixed(2)} ms, ${c.toFixed(2)} ms in C, ratio ${(ours / c).toFixed(2)}`,
          );
        }
        const { step, reduction } = await stepsOf(mpirun, [...before, process.execPath], "shared");
        say(
          `${name}, ${ranks} ranks, batch 1 each: ${step.toFixed(1)} ms a step, of which the sum ${((100 * reduction) / step).toFixed(0)} %`,
        );
        found[`${name}, ${ranks} ranks`] = { inC, own, step, reduction };
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
    if (flags.json !== undefined) {
      await writeFile(userPath(flags.json), `${JSON.stringify(found, null, 2)}\n`);
    }
  }
});
