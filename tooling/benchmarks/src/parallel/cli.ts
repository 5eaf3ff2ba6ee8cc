import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { withoutLauncher } from "@eddyflow/parallel/node";
import { type CommandSpec, makeFolder, onlyFlags, runCommand, userPath } from "command-line";
import type { Measured } from "../cluster/measured.ts";
import { describeMachine } from "../machine.ts";
import { medianOf } from "../median-of.ts";

const run = promisify(execFile);

const spec = {
  name: "pnpm bench:parallel",
  about:
    "the sum over ranks beside the same MPI_Allreduce in C, and steps of training by one process and by several. On an idle machine.",
  usage: ["pnpm bench:parallel [--quick] [--json FILE]"],
  flags: {
    quick: { type: "boolean", about: "a few calls and steps, to see that it works" },
    json: {
      type: "string",
      value: "FILE",
      about: "write all times there, for bench:cluster --measured too",
    },
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

const script = (name: string) => join(import.meta.dirname, `${name}.ts`);

/** One thread each, in C and in Node, so that several ranks have a core each where there are as many. */
const oneThread = () => ({ ...withoutLauncher(), OMP_NUM_THREADS: "1" });

const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;

/** The mean of what the second of each pair takes more than the first, less 1, and its standard error. */
function overheadOf(turns: readonly (readonly number[])[]): readonly [number, number] {
  const logs = turns.map(([plain = Number.NaN, alone = Number.NaN]) => Math.log(alone / plain));
  const mean = logs.reduce((sum, value) => sum + value, 0) / logs.length;
  const squares = logs.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return [Math.expm1(mean), Math.sqrt(squares / (logs.length - 1) / logs.length)];
}

/** The numbers on each line of a program's output. */
async function linesOf(program: string, words: readonly string[]): Promise<readonly number[][]> {
  const { stdout } = await run(program, [...words], { env: oneThread() });
  return stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/u).map(Number));
}

await runCommand("bench:parallel", async ({ argv }) => {
  const flags = onlyFlags(argv, spec);
  if (flags === null) return;
  if (flags.json !== undefined) await makeFolder(dirname(userPath(flags.json)));
  const [calls, steps, warmUp] = flags.quick ? [6, 4, 1] : [60, 205, 5];
  const timed = (values: readonly number[]) => medianOf(values.slice(warmUp));
  const folder = await mkdtemp(join(tmpdir(), "eddyflow-bench-parallel-"));
  const measured: Measured[] = [];
  const found: Record<string, unknown> = { machine: describeMachine(), measured };
  const say = (text: string) => process.stdout.write(`${text}\n`);
  try {
    const turns = await linesOf(process.execPath, [script("overhead"), String(steps)]);
    const [plain, alone] = [0, 1].map((who) =>
      timed(turns.map((turn) => turn[who] ?? Number.NaN)),
    ) as [number, number];
    const [overhead, error] = overheadOf(turns.slice(warmUp));
    found["one process"] = { turns, plain, alone, overhead, error };
    say(
      `one process, batch 1, in turns: ${plain.toFixed(1)} ms a step, ${alone.toFixed(1)} ms as one rank, ${percent(overhead)} more (standard error ${percent(error)})`,
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
        const json = join(folder, "measured.json");
        const names = ["--name", name, "--json", json, ...(flags.quick ? ["--quick"] : [])];
        const measure = join(import.meta.dirname, "../cluster/measure.ts");
        await run(mpirun, [...before, process.execPath, measure, ...names], { env: oneThread() });
        const times = JSON.parse(await readFile(json, "utf8")) as Measured;
        for (const { network, batch, seconds, reduction } of times.steps) {
          say(
            `${name}, ${ranks} ranks, ${network}, batch ${batch} each: ${(1000 * seconds).toFixed(1)} ms a step, of which the sum ${percent(reduction / seconds)}`,
          );
        }
        measured.push(times);
        found[`${name}, ${ranks} ranks`] = { inC, own };
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
    if (flags.json !== undefined) {
      await writeFile(userPath(flags.json), `${JSON.stringify(found, null, 2)}\n`);
    }
  }
});
