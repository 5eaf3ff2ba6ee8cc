import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { mustEnd } from "../training/must-end.ts";
import { differences, linesOf, readRun } from "../training/read-run.ts";
import { filesOf } from "../training/simulators/read-stores.ts";
import { type Started, startProcess } from "../training/start-process.ts";
import type { TrainingCheck } from "../training/training-check.ts";
import { makeData, type Place, runIn, type Training, wordsOf } from "../training/trainings.ts";
import { differentFiles } from "./different-files.ts";
import { goOnSoon, jobsOf, until, untilEnded } from "./jobs.ts";
import { nodeCores, type OneMachineSlurm } from "./one-machine-slurm.ts";

const root = join(import.meta.dirname, "../../../..");
const cli = join(root, "apps/simulator/src/cli.ts");

export interface SlurmChecksOptions {
  readonly slurm: OneMachineSlurm;
  /** An empty folder. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** For a busy machine. */
const seconds = 600;

const submit = (slurm: OneMachineSlurm, log: string, ...words: readonly string[]) =>
  slurm.command("sbatch", "--parsable", `--chdir=${root}`, `--output=${log}`, ...words);

/** Long enough that a task is met at work. */
const recipe = [
  ...["ks2d", "--size", "small", "--split", "train", "data.numPoints=32", "data.extent=30"],
  ...["data.warmUp=300", "data.frames=4", "data.observation.pointStride=2", "--trajectories"],
];
const [trajectories, tasks] = [64, 8];

/** The array of `simulate.sbatch`, with one task that Slurm takes back and one whose process is killed. */
export async function arrayCheck({
  slurm,
  folder,
  signal,
}: SlurmChecksOptions): Promise<TrainingCheck> {
  const wordsInto = (out: string) => [...recipe, String(trajectories), "--out", join(folder, out)];
  const id = await submit(
    ...[slurm, join(folder, "array-%a.log"), "--cpus-per-task=1", "tooling/slurm/simulate.sbatch"],
    ...wordsInto("array"),
  );
  const made = async () =>
    (await filesOf(join(folder, "array/train.zarr"))).filter((file) =>
      /^trajectories\/\d+\/zarr\.json$/u.test(file),
    ).length;
  const limits = { seconds, signal };
  await until("the first trajectories", async () => (await made()) >= 4, limits);
  const running = (await jobsOf(slurm, id)).filter(({ state }) => state === "RUNNING");
  const [first, second] = running;
  const wrong: string[] = [];
  if (first === undefined || second === undefined) {
    wrong.push(`${running.length} tasks were met at work`);
  } else {
    await slurm.command("scontrol", "requeue", first.id);
    await slurm.command("scancel", "--signal=KILL", `${second.id}.0`);
    const isKilled = async () =>
      (await jobsOf(slurm, second.id)).some(({ state }) => state === "FAILED");
    await until("the end of a killed task", isKilled, limits);
    await slurm.command("scontrol", "requeue", second.id);
  }
  const met = await made();
  const jobs = await untilEnded(slurm, id, limits);
  for (const { id, state } of jobs) {
    if (state !== "COMPLETED") wrong.push(`${id} is ${state}`);
  }
  const restarted = jobs.filter(({ restarts }) => restarts === 1).length;
  if (restarted !== 2) wrong.push(`${restarted} tasks were put back, not 2`);
  await mustEnd("one simulator", startProcess(process.execPath, [cli, ...wordsInto("one")]));
  const compared = await differentFiles(join(folder, "array"), join(folder, "one"));
  wrong.push(...compared.wrong);
  return {
    name: `a Slurm array of ${tasks} tasks, two killed and put back into the queue`,
    ok: wrong.length === 0,
    figures: `${trajectories} trajectories, ${met} there at the kills; ${jobs.length} tasks completed; ${compared.files} files, the bytes of one process's`,
    wrong,
  };
}

/** Enough steps to be met at work twice, and for all the checkpoints that are kept to come after that. */
const training: Training = {
  method: "velocity",
  name: "slurm",
  steps: 160,
  checkpointEvery: 20,
  validateEvery: 20,
};

export interface JobKind {
  readonly script: string;
  /** Words for sbatch. */
  readonly sbatch: readonly string[];
  readonly named: string;
}

/** A script that trains, sent the warning of its time limit, then preempted; it must go on by itself both times. */
export async function trainingCheck(
  { slurm, folder, signal }: SlurmChecksOptions,
  { script, sbatch, named }: JobKind,
): Promise<TrainingCheck> {
  const place: Place = { data: join(folder, "data"), runs: join(folder, "runs"), backend: "cpu" };
  const limits = { seconds, signal };
  const started: Started[] = [];
  try {
    const simulator = makeData(place);
    started.push(simulator);
    await mustEnd("a simulator", simulator);
    const words = wordsOf(place, training, "--new");
    const options = words.slice(5).filter((word) => word !== "--out" && word !== place.runs);
    const log = join(folder, "training.log");
    const run = runIn(place, training);
    const submitTraining = (name: string, output: string) =>
      submit(
        ...[slurm, output, ...sbatch, `--export=ALL,RUNS=${place.runs}`, script],
        ...[words[0] as string, training.method, name, ...options],
      );
    const id = await submitTraining(training.name, log);
    const rows = async () => (await linesOf(run)).length;
    const restarts = async () => (await jobsOf(slurm, id))[0]?.restarts ?? 0;
    const goOn = async (times: number) => {
      await until(`restart ${times}`, async () => (await restarts()) === times, limits);
      await goOnSoon(slurm, id);
    };
    await until("the first rows", async () => (await rows()) > 20, limits);
    // What --signal sends before the time limit.
    await slurm.command("scancel", "--signal=USR1", id);
    await goOn(1);
    const first = await rows();
    await until("further rows", async () => (await rows()) > first + 20, limits);
    await submit(slurm, "/dev/null", "--partition=high", `--ntasks=${nodeCores}`, "--wrap=sleep 1");
    await goOn(2);
    const second = await rows();
    const [job] = await untilEnded(slurm, id, limits);
    const whole = await submitTraining("whole", join(folder, "whole.log"));
    const [uninterrupted] = await untilEnded(slurm, whole, limits);
    if (uninterrupted?.state !== "COMPLETED") {
      throw new Error(`an uninterrupted training is ${uninterrupted?.state}`);
    }
    const wrong = [
      ...differences(await readRun(run), await readRun(join(run, "../whole"))),
      ...(job?.state === "COMPLETED" ? [] : [`the job is ${job?.state}`]),
    ];
    const stops = (await readFile(log, "utf8")).split("waits in the queue again").length - 1;
    if (stops !== 2) wrong.push(`the script put itself back ${stops} times, not 2`);
    return {
      name: named,
      ok: wrong.length === 0,
      figures: `${training.steps} steps, stopped at ${first} by the warning and at ${second} by a preemption; weights, optimizer and rows of the uninterrupted run`,
      wrong,
    };
  } finally {
    for (const process of started) process.kill();
  }
}

/**
 * The scripts one after the other, each when the one before has ended well: data, ensemble, training, report, and where
 * there is MPI the report again by two processes.
 */
export async function chainCheck(
  { slurm, folder, signal }: SlurmChecksOptions,
  hasMpi: boolean,
): Promise<TrainingCheck> {
  const [data, runs, out, shared] = ["data", "runs", "report", "shared"].map((name) =>
    join(folder, name),
  ) as [string, string, string, string];
  const simulate = [
    ...["ks2d", "--size", "small", "--out", data, "data.numPoints=32", "data.extent=30"],
    ...["data.observation.pointStride=2", "data.frames=12", "data.trajectories.train=2"],
  ];
  const train = [
    "ks2d",
    "velocity",
    "first",
    "--size",
    "small",
    "--data",
    data,
    "--max-iters",
    "4",
  ];
  const small = ["--backend", "cpu", "network.features=[4]", "training.batchSize=2"];
  const models = `v=${join(runs, "ks2d/velocity/first")}@euler:1,persistence`;
  const counts = ["--samples", "2", "--rollouts", "1", "--members", "2", "--rollout-len", "2"];
  const evaluate = (tasks: number, to: string) => [
    ...[`--ntasks-per-node=${tasks}`, "tooling/slurm/evaluate.sbatch", "ks2d", "--size", "small"],
    ...["--data", data, "--out", to, "--models", models, "--backend", "cpu", ...counts],
  ];
  const jobs = [
    ["--array=0-2", "tooling/slurm/simulate.sbatch", ...simulate],
    ["--array=0-1", "tooling/slurm/simulate.sbatch", ...simulate, "--ensemble=1", "--conditions=2"],
    [`--export=ALL,RUNS=${runs}`, "tooling/slurm/train.sbatch", ...train, ...small],
    evaluate(1, out),
    ...(hasMpi ? [evaluate(2, shared)] : []),
  ];
  const ids: string[] = [];
  for (const [index, words] of jobs.entries()) {
    const after = ids.at(-1) === undefined ? [] : [`--dependency=afterok:${ids.at(-1)}`];
    const log = join(folder, `chain-${index}-%a.log`);
    ids.push(await submit(slurm, log, "--cpus-per-task=1", ...after, ...words));
  }
  await untilEnded(slurm, ids.at(-1) as string, { seconds, signal });
  const wrong: string[] = [];
  for (const id of ids) {
    for (const job of await jobsOf(slurm, id)) {
      if (job.state !== "COMPLETED") wrong.push(`${job.id} is ${job.state}`);
    }
  }
  const report = await filesOf(out);
  const ensemble = await filesOf(join(data, "test-ensemble.zarr"));
  if (!report.some((file) => file.endsWith(".html"))) wrong.push("there is no report");
  if (hasMpi && wrong.length === 0) {
    const figuresOf = async (folder: string) =>
      (await readFile(join(folder, "metrics.csv"), "utf8")).replace(/^.*,ms_per_step,.*$/gmu, "");
    if ((await figuresOf(out)) !== (await figuresOf(shared)))
      wrong.push("two processes report other figures than one");
  }
  return {
    name: `simulate, ensemble, train and evaluate${hasMpi ? ", also by two processes" : ""}, each after the one before`,
    ok: wrong.length === 0,
    figures: `${ids.length} jobs, ${ensemble.length} files of the ensemble, ${report.length} of the report`,
    wrong,
  };
}
