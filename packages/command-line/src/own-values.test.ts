import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OwnModule } from "@eddyflow/experiments";
import { defineMethod } from "@eddyflow/methods";
import { afterAll, beforeAll, expect, test } from "vitest";
import { changedModule, everyMethod, noOwnValues, plainExperiment } from "./own-values.ts";

let folder = "";
let path = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "eddyflow-own-values-"));
  path = join(folder, "mine.ts");
  await writeFile(path, 'import "./part.ts";\n');
  await writeFile(join(folder, "part.ts"), "export const a = 1;\n");
});
afterAll(() => rm(folder, { recursive: true }));

const mine = defineMethod({
  name: "mine",
  about: "of one's own",
  needsTeacher: false,
  recipe: ({ z, training }) => z.strictObject(training()),
  learner: () => Promise.reject(new Error("not trained here")),
});
function plain() {}

test("an experiment without functions is left as it is", async () => {
  const experiment = { name: "a", data: { system: "files", path: "x" }, models: { velocity: {} } };
  expect(await plainExperiment(experiment, path)).toEqual({ experiment, own: noOwnValues });
});

test("functions are stored by their names, beside the module and its hash", async () => {
  const experiment = {
    name: "a",
    network: { own: plain, features: [4] },
    training: { norm: { kind: "own", norm: plain } },
    models: { flow: { norm: { kind: "own", norm: plain } } },
    methods: [mine],
  };
  const named = { kind: "own", norm: "plain" };
  const module = { path, sha256: expect.stringMatching(/^[0-9a-f]{64}$/u) };
  expect(await plainExperiment(experiment, path)).toEqual({
    experiment: {
      name: "a",
      network: { own: "plain", features: [4] },
      training: { norm: named },
      models: { flow: { norm: named } },
      module,
    },
    own: { networks: { plain }, norms: { plain }, methods: [mine], systems: [], module },
  });
});

test("two modules with values of one name keep their own", async () => {
  const bring = async (by: number) => {
    const method = { ...mine, about: `by ${by}` };
    const weighted = { plain: () => by }["plain"];
    const experiment = {
      network: { own: weighted },
      training: { norm: { kind: "own", norm: weighted } },
      methods: [method],
    };
    return { weighted, method, own: (await plainExperiment(experiment, path)).own };
  };
  const [first, second] = [await bring(1), await bring(2)];
  expect(first.weighted).not.toBe(second.weighted);
  for (const { weighted, method, own } of [first, second]) {
    expect(own.networks["plain"]).toBe(weighted);
    expect(own.norms["plain"]).toBe(weighted);
    expect(own.methods).toEqual([method]);
  }
  expect(everyMethod(noOwnValues).map(({ name }) => name)).not.toContain("mine");
});

test("a model was trained with another module where one of its name has another hash", () => {
  const trained = { experiment: { module: { path: "runs/../mine.ts", sha256: "a".repeat(64) } } };
  const named = (module: OwnModule | null) => changedModule(trained, { ...noOwnValues, module });
  expect(named({ path, sha256: "b".repeat(64) })).toBe(
    `${path} has changed since it was trained with it (SHA-256 aaaaaaaa…)`,
  );
  expect(named({ path, sha256: "a".repeat(64) })).toBeNull();
  expect(named({ path: "other.ts", sha256: "b".repeat(64) })).toBeNull();
  expect(named(null)).toBeNull();
});

test("two functions of one name are refused, for one would take the place of the other", async () => {
  const weighted = (by: number) =>
    function weighted() {
      return by;
    };
  const models = {
    flow: { norm: { kind: "own", norm: weighted(1) } },
    velocity: { norm: { kind: "own", norm: weighted(2) } },
  };
  await expect(plainExperiment({ models }, path)).rejects.toThrow(
    'there are two values for the norm "weighted"; expected a name for each; rename one',
  );
  await expect(plainExperiment({ methods: [mine, { ...mine }] }, path)).rejects.toThrow(
    'there are two values for the method "mine"',
  );
});

test("the hash changes with a file that the module imports", async () => {
  const hash = async () => {
    const { own } = await plainExperiment({ methods: [mine] }, path);
    return own.module?.sha256;
  };
  const before = await hash();
  expect(await hash()).toBe(before);
  await writeFile(join(folder, "part.ts"), "export const a = 2;\n");
  expect(await hash()).not.toBe(before);
});

test("a file that only a comment of the module imports may be missing", async () => {
  const commented = join(folder, "commented.ts");
  await writeFile(commented, '// import "./gone.ts";\n');
  expect(await plainExperiment({ methods: [mine] }, commented)).toHaveProperty("own.module.sha256");
});

test.each([
  [{ methods: [{ ...mine, name: "velocity" }] }, 'there is a method "velocity" already'],
  [{ methods: [{ ...mine, name: "multistage" }] }, 'there is a method "multistage" already'],
  [{ methods: [{ ...mine, name: "My method" }] }, 'a method is called "My method"'],
  [{ methods: [{ ...mine, learner: undefined }] }, 'the method "mine" is not whole'],
  [
    { methods: [{ ...mine, recipe: () => ({}) }] },
    'recipe of the method "mine" lacks "iterations"',
  ],
  [{ methods: mine }, "methods is no list"],
  [
    {
      network: {
        own: (
          () => () =>
            null
        )(),
      },
    },
    "network.own is a function without a name",
  ],
  [{ data: { system: { name: "files", prepare: plain } } }, 'there is a system "files" already'],
  [{ data: { system: { name: "waves", prepare: plain } } }, 'the system "waves" is not whole'],
])("%o is refused in one line", async (experiment, problem) => {
  await expect(plainExperiment(experiment, path)).rejects.toThrow(problem);
});
