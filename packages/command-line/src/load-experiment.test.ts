import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isEddyflowError } from "@eddyflow/core";
import { ks2d, ns2d } from "@eddyflow/experiments";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import {
  changeConfig,
  configureExperiment,
  experimentNames,
  loadExperiment,
} from "./load-experiment.ts";
import { noOwnValues } from "./own-values.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "eddyflow-experiment-"));
});
afterAll(() => rm(folder, { recursive: true }));

const written = async (name: string, text: string) => {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
};

const messageOf = async (promise: Promise<unknown>) => {
  try {
    await promise;
  } catch (error) {
    expect(isEddyflowError(error, "ArgumentError")).toBe(true);
    expect((error as Error).message).not.toContain("\n");
    return (error as Error).message;
  }
  return "no error";
};

const typed = (value: unknown, exported: string) =>
  `import type { Experiment } from "@eddyflow/experiments";\n${exported} ${JSON.stringify(value)} satisfies Experiment;\n`;

test("an experiment is found by name", async () => {
  expect(await loadExperiment("ks2d")).toEqual({ experiment: ks2d, own: noOwnValues });
});

test("an experiment is a module anywhere, by its default or its named export", async () => {
  const mine = { ...ks2d, name: "mine" };
  const byDefault = await written("default.ts", typed(mine, "export default"));
  const byName = await written("named.ts", typed(mine, "export const experiment ="));
  expect((await loadExperiment(byDefault)).experiment).toEqual(mine);
  expect((await loadExperiment(byName)).experiment).toEqual(mine);
});

test("a folder stands for the experiment.ts in it, and one without is refused", async () => {
  const mine = { ...ks2d, name: "mine" };
  await mkdir(join(folder, "data"));
  await written("data/experiment.ts", typed(mine, "export default"));
  expect((await loadExperiment(join(folder, "data"))).experiment).toEqual(mine);
  vi.stubEnv("INIT_CWD", folder);
  expect((await loadExperiment("data")).experiment).toEqual(mine);
  await mkdir(join(folder, "empty"));
  expect(await messageOf(loadExperiment("empty"))).toContain(
    `no experiment at ${join(folder, "empty", "experiment.ts")}`,
  );
  vi.unstubAllEnvs();
});

test("two modules in one process that bring a method of one name have its recipe each their own way", async () => {
  const module = (depth: number) => `const method = {
    name: "mine", about: "of one's own", needsTeacher: false,
    recipe: ({ z, training, count }) => z.strictObject({ ...training(), depth: count.default(${depth}).describe("levels") }),
    learner: () => null,
  };
  export default { name: "mine", data: { system: "kuramoto-sivashinsky-2d" }, methods: [method] };`;
  const [first, second] = [await written("a.js", module(1)), await written("b.js", module(2))];
  const depthOf = async (path: string) =>
    (await configureExperiment(path, { size: "full", overrides: [] })).config.models;
  expect(await depthOf(first)).toHaveProperty("mine.depth", 1);
  expect(await depthOf(second)).toHaveProperty("mine.depth", 2);
  expect(await depthOf(first)).toHaveProperty("mine.depth", 1);
  expect(await depthOf("ks2d")).not.toHaveProperty("mine");
});

test("an unknown experiment is named with the nearest one, a missing module with its path", async () => {
  expect(await messageOf(loadExperiment("ks2"))).toContain('did you mean "ks2d"?');
  expect(await messageOf(loadExperiment("toString"))).toContain("unknown experiment");
  expect(await messageOf(loadExperiment(join(folder, "no.ts")))).toContain(join(folder, "no.ts"));
});

test("a module that does not run, exports nothing or exports something else is refused", async () => {
  const broken = await written("broken.ts", "export default {");
  expect(await messageOf(loadExperiment(broken))).toContain("broken.ts cannot be loaded");
  const empty = await written("empty.ts", "export const other = 1;");
  expect(await messageOf(loadExperiment(empty))).toContain("exports no experiment");
});

test.each([
  ["an unknown key", { ...ks2d, data: { ...ks2d.data, spliits: 1 } }, "data.spliits"],
  ["a missing key", { ...ks2d, data: undefined }, "data"],
  [
    "a wrong type",
    { ...ks2d, network: { ...ks2d.network, features: ["8"] } },
    "network.features.0",
  ],
  ["an unknown small key", { ...ks2d, small: { data: { numPonts: 4 } } }, "data.numPonts"],
  ["a name that is no folder", { ...ks2d, name: "../x" }, "name"],
])("%s is refused with its key", async (what, value, key) => {
  const path = await written(`${what.replaceAll(" ", "-")}.ts`, typed(value, "export default"));
  expect(await messageOf(loadExperiment(path))).toContain(`: ${key}: `);
});

test.each([
  ["a key of a simulation", { ...ks2d, data: { ...ks2d.data, numPonts: 8 } }, "data.numPoints"],
  [
    "a key of a model",
    { ...ks2d, small: { models: { flow: { iteration: 8 } } } },
    "models.flow.iterations",
  ],
  [
    "a system",
    { ...ks2d, data: { ...ns2d.data, system: "compressible-euler" } },
    "compressible-navier-stokes-2d",
  ],
  [
    "a key of the files",
    { ...ks2d, data: { system: "files", path: "x", boundry: [] } },
    "data.boundary",
  ],
  [
    "a key of an observation",
    { ...ks2d, data: { ...ks2d.data, observation: { pointStrid: 2 } } },
    "data.observation.pointStride",
  ],
  [
    "a step of an observation",
    { ...ks2d, data: { ...ks2d.data, observation: [{ kind: "slise" }] } },
    "slice",
  ],
])("%s that is wrong names the nearest right one", async (what, value, nearest) => {
  const path = await written(
    `near-${what.replaceAll(" ", "-")}.ts`,
    typed(value, "export default"),
  );
  expect(await messageOf(loadExperiment(path))).toContain(`did you mean "${nearest}"?`);
});

test("a module that is nested without end, and one made of aliases, are told in one line or read", async () => {
  const own = JSON.stringify(ks2d);
  const circle = `const own = ${own}; own.data.self = own; export default own;`;
  const deep = `const own = ${own}; let at = own.data; for (let i = 0; i < 20000; i++) at = at.x = {}; export default own;`;
  for (const [name, text] of Object.entries({ circle, deep })) {
    expect(await messageOf(loadExperiment(await written(`${name}.ts`, text)))).toContain(
      "is nested deeper than 50 levels, or refers to itself",
    );
  }
  const bomb = `const own = ${own}; let at = [1]; for (let i = 0; i < 40; i++) at = [at, at]; own.data.x = at; export default own;`;
  expect(await messageOf(loadExperiment(await written("bomb.ts", bomb)))).toContain("data");
});

test("a stored configuration of another type is told in one line", async () => {
  const { config } = await configureExperiment("ks2d", { size: "small", overrides: [] });
  for (const wrong of [
    null,
    [],
    7,
    "text",
    {},
    { ...config, models: null },
    { ...config, models: 1 },
  ]) {
    expect(await messageOf(changeConfig(wrong as never, [], noOwnValues))).toMatch(
      /^experiment .*, as stored/u,
    );
  }
});

test("every experiment of the project fits at both sizes, and as plain data", async () => {
  for (const name of experimentNames) {
    const { experiment } = await loadExperiment(name);
    expect(experiment.name).toBe(name);
    const path = await written(`${name}-again.ts`, typed(experiment, "export default"));
    expect((await loadExperiment(path)).experiment).toEqual(experiment);
  }
});

test("a configuration is the experiment at a size with overrides, checked as a whole", async () => {
  const { config } = await configureExperiment("ks2d", {
    size: "small",
    overrides: ["data.numPoints=32", 'models.velocity.norm={"kind":"sobolev","alpha":1,"beta":1}'],
  });
  expect(config.data).toMatchObject({
    numPoints: 32,
    extent: ks2d.small?.data?.extent,
  });
  const refused = (override: string) =>
    messageOf(configureExperiment("ks2d", { size: "small", overrides: [override] }));
  expect(await refused("data.numPonts=32")).toContain('did you mean "data.numPoints"?');
  expect(await refused("data.observation.pointStride=3")).toContain("does not divide numPoints");
  expect(await refused("data.frameInterval=0.25")).toContain("is not a multiple of dt");
  expect(await refused('models.velocity.norm={"kind":"sobolef"}')).toContain(
    "models.velocity.norm",
  );
  expect(await refused("models.flow.iterations=0")).toContain("models.flow.iterations");
});

test("the shortest experiment has a default for whatever it leaves out, whole methods included", async () => {
  const path = await written(
    "shortest.ts",
    'export default { name: "mine", data: { system: "kuramoto-sivashinsky-2d" } };',
  );
  const { config } = await configureExperiment(path, { size: "full", overrides: [] });
  expect(config).toMatchObject({ name: "mine", seed: 0, network: { features: [32, 64] } });
  expect(config.models.flow).toMatchObject({ increments: { kind: "dyadic", levels: 4 } });
  expect(config.data).toMatchObject({ frameStride: 1, history: 1 });
});

test("any key that the schema allows can be set, whether the experiment has it or not", async () => {
  const { config } = await configureExperiment("ks2d", {
    size: "small",
    overrides: [
      "data.frameStride=2",
      "network.position=[0]",
      "models.flow.norm.kind=sobolev",
      "models.flow.norm.beta=2",
      "models.flow.increments.kind=uniform",
      "training.batchSize=3",
    ],
  });
  expect(config.data.frameStride).toBe(2);
  expect(config.network.position).toEqual([0]);
  expect(config.models.flow).toMatchObject({
    norm: { kind: "sobolev", alpha: 1, beta: 2 },
    increments: { kind: "uniform", minimum: 0.001 },
  });
  expect(Object.values(config.models).map(({ batchSize }) => batchSize)).toEqual(
    Object.values(config.models).map(() => 3),
  );
});

test.each([
  ["data.frameStrid=2", 'did you mean "data.frameStride"?'],
  ["data.frameStride=0", "data.frameStride cannot be 0"],
  ["network.position=[7]", "network.position cannot be [7]"],
  ["models.flow.norm.beta=1", "write models.flow.norm.kind=sobolev first"],
  ["models.flow.increments.kind=unifrom", 'did you mean "uniform"?'],
  ["models.flow.increments.minimum=1", "while models.flow.increments.kind is dyadic"],
  ["models.flwo.batchSize=1", 'did you mean "models.flow"?'],
  ["training.batchsize=1", 'did you mean "models.velocity.batchSize"?'],
])("%s is one line that says what is right", async (override, text) => {
  const refused = configureExperiment("ks2d", { size: "small", overrides: [override] });
  expect(await messageOf(refused)).toContain(text);
});

test("what all training has in common is set where a method has the key", async () => {
  const { config } = await configureExperiment("ks2d", {
    size: "small",
    overrides: ["training.norm.kind=sobolev", "training.iterations=7"],
  });
  const { models } = config;
  expect(models.velocity?.norm).toMatchObject({ kind: "sobolev" });
  expect(models.crps).not.toHaveProperty("norm");
  expect(models.crps?.iterations).toBe(7);
  await expect(
    configureExperiment("ks2d", { size: "small", overrides: ["training.iteration=7"] }),
  ).rejects.toThrow(/did you mean "models.velocity.iterations"/);
});

test("a stored configuration gets the defaults of keys that came later, and keeps its own methods", async () => {
  const { config } = await configureExperiment("ks2d", { size: "small", overrides: [] });
  const { velocity } = config.models;
  const { schedule: _, optimizer: __, ...before } = velocity as NonNullable<typeof velocity>;
  const stored = { ...config, models: { velocity: before } } as unknown as typeof config;
  expect((await changeConfig(stored, [], noOwnValues)).models).toEqual({ velocity });
});
