import {
  copyFile,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decodeSafetensors, type StoredArray } from "@eddyflow/checkpointing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  experiment,
  type OnText,
  runTrainer,
  spawnTrainer,
  writeStore,
} from "./tiny.test.helpers.ts";

let folder: string;

const trainer = (words: readonly string[], onText?: OnText) => runTrainer(folder, words, onText);
const spawned = (words: readonly string[], onText?: OnText) => spawnTrainer(folder, words, onText);

const runFolder = (method: string, name: string) => join(folder, "runs", "tiny", method, name);
const bytesOf = (method: string, name: string, step: number, file: string) =>
  readFile(join(runFolder(method, name), "checkpoints", String(step), file));
const jsonOf = async (...path: readonly string[]) =>
  JSON.parse(await readFile(join(...path), "utf8"));
const metricsOf = async (name: string): Promise<readonly Record<string, number>[]> =>
  (await readFile(join(runFolder("velocity", name), "metrics.jsonl"), "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

const velocity = ["./tiny.ts", "velocity"];
const foreign = fileURLToPath(
  new URL("../../../tooling/reference/formats/pdebench_periodic.hdf5", import.meta.url),
);
const student = (method: string) => ["./tiny.ts", method, "--teacher", "runs/tiny/velocity/a"];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "eddyflow-trainer-"));
  await writeFile(join(folder, "tiny.ts"), `export default ${JSON.stringify(experiment)};\n`);
  await writeStore(join(folder, "data", "tiny"), "train");
  await writeStore(join(folder, "data", "tiny"), "validation");
  await trainer([...velocity, "--name", "a"]);
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

describe("a velocity run", { tags: ["slow"] }, () => {
  test("leaves its configuration, metrics of every step, and checkpoints with a score", async () => {
    const metrics = await metricsOf("a");
    expect(metrics.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    for (const { loss, norm, skipped } of metrics) {
      expect([loss, norm].every(Number.isFinite)).toBe(true);
      expect(skipped).toBe(0);
    }
    expect(metrics.map(({ learningRate }) => learningRate)).toEqual(
      [0, 1, 2, 3, 4, 5].map((step) =>
        expect.closeTo(1e-4 + (9.9e-3 * (1 + Math.cos((Math.PI * step) / 6))) / 2, 9),
      ),
    );
    expect(await readdir(runFolder("velocity", "a"))).toEqual(
      expect.arrayContaining([expect.stringMatching(/^events\.out\.tfevents/), "config.json"]),
    );
    const manifest = await jsonOf(runFolder("velocity", "a"), "checkpoints", "6", "manifest.json");
    expect(manifest).toMatchObject({
      experiment: "tiny",
      method: "velocity",
      step: 6,
      networks: { student: { kind: "velocity", stateChannels: 1, features: [4, 6] } },
      sampler: { kind: "integrate", tableau: "midpoint", times: [0, 0.5, 1] },
      teacher: null,
      score: { name: "validationLoss", value: metrics[5]?.["validationLoss"] },
      config: { data: "../../../../data/tiny", method: "velocity" },
    });
    expect(Object.keys(manifest.files).sort()).toEqual([
      "average.safetensors",
      "state.safetensors",
      "weights.safetensors",
    ]);
  });

  test("goes on from a checkpoint to the same bits as without a stop", async () => {
    await cp(runFolder("velocity", "a"), runFolder("velocity", "b"), { recursive: true });
    await rm(join(runFolder("velocity", "b"), "checkpoints", "6"), { recursive: true });
    expect(await trainer([...velocity, "--resume", "--name", "b"])).toContain("3 done of 6");
    for (const file of ["weights.safetensors", "average.safetensors", "state.safetensors"]) {
      expect(await bytesOf("velocity", "b", 6, file)).toEqual(
        await bytesOf("velocity", "a", 6, file),
      );
    }
    const losses = async (name: string) =>
      (await metricsOf(name)).map(({ step, loss, validationLoss }) => ({
        step,
        loss,
        validationLoss,
      }));
    expect(await losses("b")).toEqual(await losses("a"));
  });

  test("makes up for a validation that a stop left out, in the log and the checkpoint", async () => {
    const words = [...velocity, "--new", "--name", "l", "models.velocity.validateEvery=1"];
    await trainer(words, (text, interrupt) => {
      if (text.startsWith("step 3:")) interrupt();
    });
    expect((await metricsOf("l")).at(-1)).not.toHaveProperty("validationLoss");
    const goOn = [...velocity, "--resume", "--name", "l"];
    await trainer([...goOn, "models.velocity.validateEvery=1"]);
    const metrics = await metricsOf("l");
    expect(metrics.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    for (const { validationLoss } of metrics) expect(validationLoss).toBeGreaterThan(0);
    const score = async (step: string) =>
      (await jsonOf(runFolder("velocity", "l"), "checkpoints", step, "manifest.json")).score.value;
    expect(await score("4")).toBe(metrics[3]?.["validationLoss"]);
    expect(await trainer([...goOn, "--max-iters", "12", "--dry-run"])).toMatch(
      /the schedule is now 12 steps long, not 6: the learning rate was 7\.6e-4 at step 6 and is 5\.[01]e-3 at the next, 6\.62 times as much/u,
    );
  });

  test("tried without being begun, says configuration, boundary, padding, memory and time", async () => {
    const before = await readdir(folder, { recursive: true });
    const out = await trainer([...velocity, "--new", "--name", "dry", "--dry-run"]);
    expect(out).toMatch(/with periodic, periodic padding, [\d,]+ parameters/u);
    expect(out).toMatch(/frames of 8 × 8 points, periodic, 1 apart/u);
    expect(out).toMatch(/memory +\d\.\d\d GiB, /u);
    expect(out).toMatch(/time +[\d.e-]+ s a step, [\d.e-]+ s a validation: \d.* for 6 steps\n/u);
    expect(out).toContain("    velocity: {\n");
    expect(await readdir(folder, { recursive: true })).toEqual(before);
  });

  test("prints how the trajectories of several files were split", async () => {
    await mkdir(join(folder, "files"));
    for (const name of ["a", "b", "c"]) {
      const path = join(folder, "files", `${name}_periodic.hdf5`);
      await copyFile(foreign, path);
    }
    const words = [...velocity, "--new", "--dry-run", "--data", "files"];
    expect(await trainer(words)).toContain(
      "trajectories of the files: 30 to train on, 3 to validate, 3 to test\n",
    );
  });

  test("says that it is done where nothing is left to do, and changes only its budget", async () => {
    const words = [...velocity, "--resume", "--name", "a"];
    expect(await trainer(words)).toContain("run a is done");
    // The command that began it may be typed again, also what was for other methods.
    const again = ["training.batchSize=2", "models.flow.batchSize=9", "training.validateEvery=2"];
    expect(await trainer([...words, ...again])).toContain("run a is done");
    await expect(trainer([...words, "training.batchSize=4"])).rejects.toThrow(
      /models\.velocity\.batchSize=4 is not what run a was begun with/,
    );
    await expect(trainer([...words, "training.batchSise=4"])).rejects.toThrow(/unknown key/);
    await expect(trainer([...words, "models.velocity.batchSize=4"])).rejects.toThrow(
      /batchSize=4 is not what run a was begun with; expected .* or begin another run with --new$/,
    );
  });

  test("fitted to a time, it keeps the budget that was found, and begins as any other", async () => {
    // Far more time than is waited for, so that a busy machine has some too.
    const words = [...velocity, "--new", "--name", "t", "--max-hours", "0.1", "--fit"];
    const out = await trainer(words, (text, interrupt) => {
      if (text.includes("fit into")) interrupt();
    });
    const [, found] = /(\d+) steps of \S+ s fit into --max-hours 0.1/.exec(out) ?? [];
    const budgetOf = ({ experiment }: typeof stored) => experiment.models.velocity.iterations;
    const stored = await jsonOf(runFolder("velocity", "t"), "config.json");
    expect(budgetOf(stored)).toBe(Number(found));
    expect(out).toContain(` of ${found} after`);
    expect(await trainer([...velocity, "--resume", "--name", "t", "--dry-run"])).toContain(found);
    // The weights that were timed are not those that are trained.
    const [first, plain] = [await metricsOf("t"), await metricsOf("a")];
    expect(first[0]?.["loss"]).toBe(plain[0]?.["loss"]);
  });

  test("one that diverges stops with the step and the term, and what was good is kept", async () => {
    const wild = ["learningRate.max=1e30", "checkpointEvery=1", "validateEvery=40"].map(
      (text) => `models.velocity.${text}`,
    );
    const words = [...velocity, "--new", "--name", "d", "--max-iters", "40", ...wild];
    await expect(trainer(words)).rejects.toThrow(
      /^training diverged at step \d+: loss and norm are not finite from step 2 on; expected .*; the checkpoint of step [12] is kept \(.*\); lower /u,
    );
    expect((await metricsOf("d")).length).toBeLessThan(15);
    const kept = await readdir(join(runFolder("velocity", "d"), "checkpoints"));
    expect(kept).toContain("1");
    expect(kept.every((step) => Number(step) <= 2)).toBe(true);
  });

  test("a validation that is not finite stops it, and its weights push out no others", async () => {
    const wild = ["models.velocity.learningRate.max=1e30", "models.velocity.validateEvery=3"];
    const words = [...velocity, "--new", "--name", "v", "--max-iters", "40", ...wild];
    await expect(trainer([...words, "models.velocity.checkpointEvery=40"])).rejects.toThrow(
      /^training diverged at step 3: validationLoss is not finite; .*the checkpoint of step 3 is kept/u,
    );
    const kept = await readdir(join(runFolder("velocity", "v"), "checkpoints"));
    expect(kept).toEqual(["3"]);
  });

  test("stopped by Ctrl-C, it saves and prints the command that goes on", async () => {
    const words = [...velocity, "--new", "--name", "c", "--max-iters", "12"];
    const stopped = await spawned(words, (text, interrupt) => {
      if (text.includes("step 1/12")) interrupt();
    });
    expect(stopped.code).toBe(130);
    const [, step] = /stopped at step (\d+) of 12/.exec(stopped.out) ?? [];
    expect(await readdir(join(runFolder("velocity", "c"), "checkpoints"))).toContain(step);
    const [, command] = /go on with +npm run trainer -- (.*)/.exec(stopped.out) ?? [];
    expect(command).toBe("./tiny.ts velocity --resume --name c --backend cpu");
    expect(await trainer(command?.split(" ") ?? [])).toContain("done at step 12 of 12");
    const steps = (await metricsOf("c")).map(({ step }) => step);
    expect(steps).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
  });
});

describe("a run in mixed precision", { tags: ["slow"] }, () => {
  test("says so, and can go on elsewhere in float32 when told to", async ({ skip }) => {
    const begin = [...velocity, "--new", "--name", "p", "--precision", "mixed"];
    const { code, out, err } = await spawned([...begin, "--backend", "tensorflow"]);
    skip(/no native TensorFlow|mixed precision (is|would be) slower/u.test(err), err);
    expect(err).not.toContain("Error");
    expect(code).toBe(0);
    expect(out).toMatch(/backend +tensorflow, .*, mixed precision\n/u);
    expect(out).toMatch(/next +.* flow .*--precision mixed/u);
    const goOn = [...velocity, "--resume", "--name", "p", "--max-iters", "7"];
    await expect(trainer(goOn)).rejects.toThrow("the cpu backend has no mixed precision");
    const resumed = await trainer([...goOn, "--precision", "float32"]);
    expect(resumed).toMatch(/backend +cpu, .*, float32\n/u);
    const precisionAt = async (step: string) =>
      (await jsonOf(runFolder("velocity", "p"), "checkpoints", step, "manifest.json")).config
        .precision;
    expect([await precisionAt("6"), await precisionAt("7")]).toEqual(["mixed", "float32"]);
    const losses = (await metricsOf("p")).map(({ loss }) => loss as number);
    const exact = (await metricsOf("a")).map(({ loss }) => loss as number);
    for (const [i, loss] of exact.entries()) {
      expect(Math.abs((losses[i] as number) / loss - 1)).toBeLessThan(0.05);
    }
  });
});

describe("a student", { tags: ["slow"] }, () => {
  test("of the semigroup kind keeps its frozen velocity, once on the disk", async () => {
    expect(await trainer([...student("flow"), "--name", "f"])).toMatch(/distillationError \d/);
    const manifest = await jsonOf(runFolder("flow", "f"), "checkpoints", "6", "manifest.json");
    const taught = await jsonOf(runFolder("velocity", "a"), "checkpoints", "6", "manifest.json");
    expect(manifest).toMatchObject({
      networks: { student: { kind: "corrector" }, velocity: { kind: "velocity" } },
      sampler: { kind: "jump", times: [0, 1] },
      teacher: {
        sha256: taught.files["average.safetensors"].sha256,
        run: "../../velocity/a/checkpoints/6",
      },
      score: { name: "distillationError" },
    });
    const inodes = await Promise.all(
      ["3", "6"].map((step) =>
        stat(join(runFolder("flow", "f"), "checkpoints", step, "velocity.safetensors")),
      ),
    );
    expect(inodes[0]?.ino).toBe(inodes[1]?.ino);
    const own = await bytesOf("flow", "f", 6, "velocity.safetensors");
    expect(own).toEqual(await bytesOf("velocity", "a", 6, "average.safetensors"));
  });

  test("fitted to a time, still has its teacher after the steps that were timed", async () => {
    const words = [...student("flow"), "--new", "--name", "ft", "--max-hours", "0.1", "--fit"];
    const out = await trainer(words, (text, interrupt) => {
      if (text.includes("fit into")) interrupt();
    });
    expect(out).toMatch(/\d+ steps of \S+ s fit into --max-hours 0.1/);
    expect(out).toContain("stopped at step 1 of");
  });

  test("in two stages, is its successor's teacher, also when it was stopped between them", async () => {
    const words = [...student("multistage"), "--stages", "2", "--stage-iters", "3,2"];
    const stopped = await trainer([...words, "--name", "m"], (text, interrupt) => {
      if (text.includes("stage 2 of 2")) interrupt();
    });
    expect(stopped).toContain(
      "go on with  npm run trainer -- ./tiny.ts multistage --resume --name m",
    );
    const resumed = await trainer(["./tiny.ts", "multistage", "--resume"]);
    expect(resumed).toContain("run m-stage1 is done");

    const { stages } = await jsonOf(runFolder("multistage", "m"), "multistage.json");
    const hashOf = async (...path: readonly string[]) =>
      (await jsonOf(...path, "manifest.json")).files["average.safetensors"].sha256;
    const first = join(runFolder("velocity_pd", "m-stage1"), "checkpoints", "3");
    const second = join(runFolder("velocity_pd", "m-stage2"), "checkpoints", "2");
    expect(stages).toMatchObject([
      {
        studentSteps: 2,
        substeps: 1,
        teacherTableau: "midpoint",
        taughtBy: { sha256: await hashOf(runFolder("velocity", "a"), "checkpoints", "6") },
        student: { sha256: await hashOf(first) },
      },
      {
        studentSteps: 1,
        substeps: 2,
        teacherTableau: "euler",
        taughtBy: { sha256: await hashOf(first) },
        student: { sha256: await hashOf(second) },
      },
    ]);
    const { teacher, sampler, config } = await jsonOf(second, "manifest.json");
    expect(teacher.sha256).toBe(await hashOf(first));
    expect(sampler).toEqual({ kind: "integrate", tableau: "euler", times: [0, 1] });
    expect(config.experiment.models.velocity_pd).toMatchObject({ iterations: 2, substeps: 2 });
  });
});

describe("a student with a discriminator", { tags: ["slow"] }, () => {
  const words = student("adversarial");

  test("keeps it with the state of its training, and is a model without it", async () => {
    const out = await trainer([...words, "--name", "d"]);
    expect(out).toMatch(/against +discriminator, [\d,]+ parameters\n/u);
    expect(out).toMatch(/distillationError \d/u);
    const folder = runFolder("adversarial", "d");
    const manifest = await jsonOf(folder, "checkpoints", "6", "manifest.json");
    expect(Object.keys(manifest.networks)).toEqual(["student"]);
    expect(manifest.sampler).toEqual({ kind: "integrate", tableau: "euler", times: [0, 1] });
    expect(Object.keys(manifest.files).sort()).toEqual([
      "average.safetensors",
      "state.safetensors",
      "weights.safetensors",
    ]);
    const { arrays } = decodeSafetensors(await bytesOf("adversarial", "d", 6, "state.safetensors"));
    for (const part of ["weights", "first", "second"]) {
      expect(arrays[`discriminator.${part}.first.conv1.weight`]?.shape).toEqual([4, 2, 3, 3]);
    }
    const lines = (await readFile(join(folder, "metrics.jsonl"), "utf8")).trimEnd().split("\n");
    expect(lines.length).toBe(6);
    for (const line of lines.map((each) => JSON.parse(each))) {
      for (const name of ["loss", "adversarial", "distillation", "norm"]) {
        expect(Number.isFinite(line[name]), name).toBe(true);
      }
      for (const name of ["loss", "logistic", "steepness", "norm", "skipped"]) {
        expect(Number.isFinite(line[`discriminator/${name}`]), name).toBe(true);
      }
    }
  });

  test("goes on from a checkpoint to the same bits as without a stop, its discriminator too", async () => {
    await cp(runFolder("adversarial", "d"), runFolder("adversarial", "e"), { recursive: true });
    await rm(join(runFolder("adversarial", "e"), "checkpoints", "6"), { recursive: true });
    const out = await trainer([...words, "--resume", "--name", "e"]);
    expect(out).toContain("3 done of 6");
    for (const file of ["weights.safetensors", "average.safetensors", "state.safetensors"]) {
      expect(await bytesOf("adversarial", "e", 6, file)).toEqual(
        await bytesOf("adversarial", "d", 6, file),
      );
    }
  });

  test("may be tried without a step, and fitted to a time", async () => {
    expect(await trainer([...words, "--new", "--name", "dry", "--dry-run"])).toContain("against");
    const fitted = [...words, "--new", "--name", "df", "--max-hours", "0.1", "--fit"];
    const out = await trainer(fitted, (text, interrupt) => {
      if (text.includes("fit into")) interrupt();
    });
    expect(out).toContain("stopped at step 1 of");
  });

  test("is refused a discriminator that the grid is too small for, in one line", async () => {
    const given = "models.adversarial.discriminator.features=[2,2,2,2,2]";
    await expect(trainer([...words, "--new", "--name", "no", given])).rejects.toThrow(
      /^a discriminator of 5 levels cannot halve a grid of 8 × 8 points; expected multiples of 16; /u,
    );
    await expect(
      trainer([...words, "--new", "models.adversarial.distillation=-1"]),
    ).rejects.toThrow(/models\.adversarial\.distillation/u);
    await expect(trainer(["./tiny.ts", "adversarial", "--new"])).rejects.toThrow(
      /adversarial has no teacher/u,
    );
  });
});

describe("a run with a start", { tags: ["slow"] }, () => {
  const still = (method: string) =>
    ["learningRate.max=1e-30", "learningRate.min=0"].map((key) => `models.${method}.${key}`);
  const stored = async (method: string, name: string, step: number, file: string) =>
    decodeSafetensors(await bytesOf(method, name, step, file)).arrays;

  test("begins with the averaged weights of that model, also where it learns the mean over increments", async () => {
    await trainer([...student("velocity_pd"), "--new", "--name", "s", "--max-iters", "2"]);
    const from = await stored("velocity_pd", "s", 2, "average.safetensors");
    for (const method of ["single_step", "flow_lagrangian"]) {
      const words = [...student(method), "--start", "runs/tiny/velocity_pd/s", "--new"];
      const out = await trainer([...words, "--name", "t", "--max-iters", "1", ...still(method)]);
      expect(out).toContain("from the weights of runs/tiny/velocity_pd/s/checkpoints/2");
      const to = await stored(method, "t", 1, "weights.safetensors");
      expect(Object.keys(to)).toEqual(Object.keys(from));
      for (const [name, { shape, data }] of Object.entries(to)) {
        const own = from[name] as StoredArray;
        if (String(shape) === String(own.shape)) expect(data).toEqual(own.data);
        // An increment that it does not look at yet: [out, in, ...] has one input more.
        else expect(shape[1]).toBe((own.shape[1] as number) + 1);
      }
    }
    const { start } = await jsonOf(runFolder("single_step", "t"), "config.json");
    expect(start.checkpoint).toBe("../../velocity_pd/s/checkpoints/2");
  });

  test("goes on without it, and is refused another one", async () => {
    await rm(runFolder("velocity_pd", "s"), { recursive: true });
    const goOn = [...student("single_step"), "--resume", "--name", "t", "--max-iters", "2"];
    expect(await trainer(goOn)).toContain("done at step 2 of 2");
    await expect(trainer([...goOn, "--start", "runs/tiny/velocity/a"])).rejects.toThrow(
      /--start runs\/tiny\/velocity\/a is not what run t was begun with/u,
    );
  });

  test("gives its gains to a student with as many, and is refused by one without", async () => {
    const words = (name: string, ...more: readonly string[]) => [
      ...[...student("single_step"), "--new", "--name", name, "--max-iters", "2", ...more],
    ];
    const gains = "models.single_step.spectralGain=2";
    await trainer(words("gained", gains, "--start", "runs/tiny/velocity/a"));
    const start = ["--start", "runs/tiny/single_step/gained"];
    await trainer(words("again", gains, ...start, ...still("single_step")));
    const gainsOf = async (name: string, file: string) =>
      (await stored("single_step", name, 2, file))["spectralGain"];
    const from = await gainsOf("gained", "average.safetensors");
    expect(await gainsOf("again", "weights.safetensors")).toEqual(from);
    expect([...(from?.data ?? [])].some((gain) => Number(gain) !== 0)).toBe(true);
    await expect(trainer(words("without", ...start))).rejects.toThrow(
      /has gains up to wavenumber 2; expected as many gains as this run has, none; /u,
    );
  });

  test("is asked for where gains are to match the spectrum of a student", async () => {
    const words = [...student("single_step"), "--new", "--name", "unstarted"];
    await expect(trainer([...words, "models.single_step.spectralGain=2"])).rejects.toThrow(
      /^spectralGain is given, and no student .*; expected a run of single_step as the start; .*--start$/u,
    );
  });
});

describe("a student of steps of any size", { tags: ["slow"] }, () => {
  test("teaches the next one, told their size, in the steps that it learnt", async () => {
    const recipe = ["told=true", "increments.kind=uniform", "increments.minimum=0.1", "substeps=2"];
    await trainer([
      ...student("multistage"),
      ...["--stages", "2", "--stage-iters", "3,2", "--new", "--name", "u"],
      ...recipe.map((change) => `models.velocity_pd.${change}`),
    ]);
    const [first, second] = await Promise.all(
      [
        ["u-stage1", "3"],
        ["u-stage2", "2"],
      ].map(([run = "", step = ""]) =>
        jsonOf(join(runFolder("velocity_pd", run), "checkpoints", step), "manifest.json"),
      ),
    );
    expect(first.networks.student.kind).toBe("mean-velocity");
    expect(first.trainedOn).toEqual({ increments: [0.05, 0.5] });
    expect(first.sampler).toEqual({ kind: "jump", times: [0, 0.5, 1] });
    expect(second.trainedOn).toEqual({ increments: [0.1, 1] });
    expect(second.sampler).toEqual({ kind: "jump", times: [0, 1] });
  });
});

describe("one line says what is wrong", { tags: ["slow"] }, () => {
  const cases: readonly (readonly [string, readonly string[], RegExp])[] = [
    ["--fit without a time", [...velocity, "--new", "--fit"], /no time to fit into.*--max-hours$/],
    [
      "--fit with a budget",
      [...velocity, "--new", "--fit", "--max-hours", "1", "--max-iters", "3"],
      /exclude each other/,
    ],
    [
      "--fit for a run that has its budget",
      [...velocity, "--resume", "--fit", "--max-hours", "1"],
      /--fit is for new runs/,
    ],
    [
      "--fit into no time",
      [...velocity, "--new", "--name", "never", "--fit", "--max-hours", "1e-9"],
      /no step fits into the 0 seconds that are left of --max-hours/,
    ],
    ["a method", ["./tiny.ts", "velocty"], /unknown method "velocty".*did you mean "velocity"\?$/],
    ["a flag", ["./tiny.ts", "velocity", "--max-iter", "3"], /did you mean "--max-iters"\?$/],
    [
      "an experiment",
      ["ks2", "velocity"],
      /unknown experiment "ks2"; expected ks2d.*did you mean "ks2d"\?$/,
    ],
    [
      "a key",
      [...velocity, "--new", "models.velocity.batchsize=3"],
      /unknown key "models.velocity.batchsize".*did you mean "models.velocity.batchSize"\?$/,
    ],
    [
      "runs that exist",
      ["./tiny.ts", "velocity"],
      /runs? exists? in .*velocity; expected --new .*--resume to go on with .*; add --new or --resume$/,
    ],
    [
      "a student without a teacher",
      ["./tiny.ts", "velocity_pd", "--new"],
      /velocity_pd has no teacher.*there is --teacher runs\/tiny\/velocity\/\w$/,
    ],
    [
      "a velocity with one",
      student("velocity"),
      /velocity learns from data and has no teacher.*leave --teacher out$/,
    ],
    [
      "a teacher of another shape",
      [...student("flow"), "--new", "network.features=[6,6]"],
      /the teacher .* has features \[4, 6\].*expected \[6, 6\].*network\.features=\[4,6\]$/,
    ],
    [
      "a start of another network",
      [...velocity, "--new", "--start", "runs/tiny/flow_lagrangian/t"],
      /^the start .*t\/checkpoints\/1 is a mean-velocity network; expected a velocity network; /,
    ],
    [
      "a start of stages",
      [...student("multistage"), "--stages", "2", "--start", "runs/tiny/velocity/a"],
      /^--start is not for multistage/,
    ],
    [
      "a folder that cannot be written",
      [...velocity, "--out", "tiny.ts/runs"],
      /(not a folder|a file stands|part of the path is a file)/,
    ],
    [
      "a precision that the backend lacks",
      [...velocity, "--new", "--precision", "mixed"],
      /^the cpu backend has no mixed precision; expected native TensorFlow .*; compute in float32/,
    ],
    [
      "a grid that the network cannot halve",
      [...velocity, "--new", "network.features=[2,2,2,2,2]"],
      /^a U-Net cannot halve a field of 8 × 8 points; expected multiples of 16; /,
    ],
    [
      "data that are absent",
      [...velocity, "--new", "--data", "nowhere"],
      /nowhere\/train\.zarr.*expected/,
    ],
  ];
  test.each(cases)("about %s", async (_, words, expected) => {
    const before = await readdir(folder, { recursive: true });
    await expect(trainer(words)).rejects.toThrow(expected);
    expect(await readdir(folder, { recursive: true })).toEqual(before);
  });

  test("about data that were cut short, with exit code 2", async () => {
    await cp(join(folder, "data", "tiny"), join(folder, "cut"), { recursive: true });
    const trajectory = join(folder, "cut", "train.zarr", "trajectories", "000001");
    await truncate(join(trajectory, "c.3.0.0.0"), 20);
    const { code, err } = await spawned([...velocity, "--new", "--data", "cut"]);
    expect(code).toBe(2);
    expect(err).toMatch(/^trainer: .*\(frame 3\) has 20 of \d+ bytes.*\n$/);
  });
});
