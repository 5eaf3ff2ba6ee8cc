import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { availableBackends } from "@eddyflow/backend";
import { readManifest } from "@eddyflow/checkpointing";
import { folderSource, resolveCheckpoint } from "@eddyflow/checkpointing/node";
import { kolmogorov2d, ks2d, ns2d, rti3dFull, rti3dSliced } from "@eddyflow/experiments";
import { type Method, methods } from "@eddyflow/methods";
import { oneProcess } from "@eddyflow/parallel";
import { main } from "trainer/main";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { runApp } from "./run-app.ts";

const backend =
  availableBackends().find((name) => name === "tensorflow" || name === "wasm") ?? "cpu";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "eddyflow-matrix-"));
  vi.stubEnv("INIT_CWD", folder);
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, "write").mockReturnValue(true);
  }
});
afterAll(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** In this process: a hundred trainings start here. */
const trainer = (...words: readonly string[]) =>
  main({
    argv: [...words, "--backend", backend],
    signal: new AbortController().signal,
    endAt: () => {},
    join: async () => oneProcess(),
  });

/** Methods after those that teach them. */
const taught = (method: Method): boolean => method.needsTeacher === true;
const ordered = methods.toSorted(
  (a, b) =>
    Number(taught(a)) - Number(taught(b)) || Number("teachers" in a) - Number("teachers" in b),
) as readonly Method[];

const experiments = [ks2d, kolmogorov2d, ns2d, rti3dFull, rti3dSliced];

test.each(experiments.map(({ name }) => name))(
  "every method trains, resumes and is evaluated on a small %s",
  { tags: ["slow"] },
  async (experiment) => {
    const small = ["--size", "small", "network.features=[4,6]"];
    const data = [
      ...["train=2", "validation=1", "test=1"].map((count) => `data.trajectories.${count}`),
      // The longest rollout of a training has eight steps.
      ...["data.frames=12", "data.frameStride=1"],
    ];
    const short = ["training.batchSize=2", "training.validationPairs=2"];
    for (const method of ordered) {
      const { name, teachers = ["velocity"] } = method;
      const of = [experiment, name, "--name", "a"];
      const from = taught(method)
        ? ["--teacher", `runs/${experiment}/${(teachers as readonly string[])[0]}/a`]
        : [];
      await trainer(...of, ...from, ...small, ...data, ...short, "--max-iters", "2");
      await trainer(...of, "--resume", "--max-iters", "3");
      const checkpoint = await resolveCheckpoint(join(folder, "runs", experiment, name, "a"));
      const { step, method: saved } = await readManifest(folderSource(checkpoint));
      expect([step, saved]).toEqual([3, name]);
    }

    const models = methods.map(({ name }) => {
      const own = `${name}=runs/${experiment}/${name}/a`;
      return name === "velocity" ? `${own}@midpoint:2` : own;
    });
    await runApp("evaluator", folder, [
      ...[
        experiment,
        "--models",
        models.join(","),
        "--reference",
        "velocity",
        "--as-listed",
        ...small.slice(0, 2),
      ],
      ...["--samples", "2", "--members", "2", "--rollout-len", "2", "--rollouts", "1"],
      ...["--batch", "2", "--out", "report", "--backend", backend, ...data],
    ]);
    const summary = JSON.parse(await readFile(join(folder, "report", "summary.json"), "utf8"));
    const scores = summary.contestants.map(
      ({
        name,
        oneStep,
      }: {
        readonly name: string;
        readonly oneStep: { readonly vrmse: number };
      }) => [name, Number.isFinite(oneStep.vrmse)] as const,
    );
    expect(scores).toEqual(methods.map(({ name }) => [name, true]));
  },
);
